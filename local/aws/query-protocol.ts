/** AWS's Query protocol (SES v1, SNS): a form with `Action`, answers in XML. */
import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { FaultAnswers } from '../kernel/faults';
import { AwsError } from './json-protocol';
import type { AwsEnv } from './routes';

/** A service that speaks the protocol, with its XML namespace. */
export interface QueryService {
  namespace: string;
}

/** Reads the form once, so that faults know the operation before the route runs. */
export const readAction: MiddlewareHandler<AwsEnv> = async (context, next) => {
  const form = new URLSearchParams(await context.req.text());
  context.set('form', form);
  context.set('action', form.get('Action') ?? '');
  return next();
};

/** `a@b.c, d@e.f` of `Destination.ToAddresses.member.1=a@b.c&…member.2=d@e.f`. */
export function members(form: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; form.has(`${name}.member.${index}`); index += 1) values.push(form.get(`${name}.member.${index}`) ?? '');
  return values;
}

/** `<ActionResponse><ActionResult>…` with text fields. */
export function queryAnswer(
  context: Context,
  service: QueryService,
  { action, result }: { action: string; result: Record<string, string> },
) {
  const fields = Object.entries(result).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const body = `<${action}Response xmlns="${service.namespace}"><${action}Result>${fields.join('')}</${action}Result>${metadata}</${action}Response>`;
  return context.body(body, 200, { 'content-type': 'text/xml' });
}

export function queryError(context: Context, service: QueryService, error: AwsError): Response {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const inner = `<Error><Type>${type}</Type><Code>${escaped(error.code)}</Code><Message>${escaped(error.message)}</Message></Error>`;
  const body = `<ErrorResponse xmlns="${service.namespace}">${inner}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  return context.body(body, error.status, { 'content-type': 'text/xml' });
}

/** What an error thrown in a route becomes. */
export function answerQueryError(service: QueryService): (cause: Error, context: Context) => Response {
  return (cause, context) =>
    queryError(context, service, cause instanceof AwsError ? cause : new AwsError('InternalFailure', cause.message, 500));
}

/** How a service of the Query protocol words the armed faults; the operation is read by `readAction` before. */
export function queryFaults(vendor: FaultAnswers['vendor'], service: QueryService): FaultAnswers {
  const answer = (context: Context, error: AwsError) => queryError(context, service, error);
  return {
    vendor,
    callOf: (context) => String(context.get('action') ?? ''),
    rateLimited: (context) => answer(context, new AwsError('Throttling', 'Maximum sending rate exceeded.')),
    serverError: (context) => answer(context, new AwsError('InternalFailure', 'We encountered an internal error. Please try again.', 500)),
    rejected: (context, code) => answer(context, new AwsError(code ?? 'MessageRejected', 'a scripted error')),
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
