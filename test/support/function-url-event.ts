import { FunctionUrlEvent } from '../../shared/function-url';

interface Request {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** As Lambda does with form bodies. */
  base64?: boolean;
  query?: string;
}

/** The event of a function URL as Lambda builds it. */
export function functionUrlEvent({
  path = '/',
  method = 'POST',
  headers = {},
  body = '',
  base64 = false,
  query = '',
}: Request): FunctionUrlEvent {
  return FunctionUrlEvent.parse({
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers: { 'x-forwarded-proto': 'https', ...headers },
    requestContext: { domainName: 'abc.lambda-url.ap-southeast-2.on.aws', http: { method, path } },
    body: base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: base64,
  });
}
