import { randomUUID } from 'node:crypto';

/** One HTTP request as it came in; `target` is the raw path and query, `headers` in order, names in any case. */
export interface UrlRequest {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer;
  sourceIp: string;
}

/** The event that a function URL hands to its function (payload format 2.0, docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). */
export function functionUrlEvent({ method, target, headers: given, body, sourceIp }: UrlRequest) {
  const [rawPath = '/', ...query] = target.split('?');
  const rawQueryString = query.join('?');
  const { cookie, ...headers } = joined(given);
  const host = headers['host'] ?? '';
  const parameters = joined([...new URLSearchParams(rawQueryString)], (name) => name);
  const text = isText(headers['content-type']);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': host.split(':')[1] ?? '80',
      'x-amzn-trace-id': `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    },
    ...(rawQueryString && { queryStringParameters: parameters }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** Text, JSON, XML and JavaScript travel as text; forms and everything else as base64. */
function isText(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return /^text\/|^application\/(json|xml|javascript)$|\+(json|xml)$/.test(type);
}

function joined(pairs: [string, string][], nameOf = (name: string) => name.toLowerCase()): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [given, value] of pairs) {
    const name = nameOf(given);
    result[name] = result[name] === undefined ? value : `${result[name]}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return result;
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
