import { createHmac, randomUUID } from 'node:crypto';
import type { Fault } from '../kernel/faults';
import { callBack, type CallbackAnswer, CallbackFailure } from '../kernel/callback';

/** One call to a webhook of the account. `url` may carry connection overrides in its fragment. */
export interface WebhookCall {
  url: string;
  method: 'GET' | 'POST';
  params: Record<string, string>;
  authToken: string;
  /** How the first attempt goes wrong, if it does. */
  fault: Fault | undefined;
}

/** No usable answer came; `code` as in Twilio's debugger: 11200 for a bad status or none in time, 11205 for no connection. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code: 11200 | 11205;

  constructor(code: WebhookError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Failure = 'ct' | 'rt' | '4xx' | '5xx';

interface Overrides {
  connectMs: number;
  readMs: number;
  totalMs: number;
  retries: number;
  policy: Set<string>;
}

/** Reads `#ct=…&rt=…&tt=…&rc=…&rp=…`. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export function connectionOverrides(url: string): Overrides {
  const fragment = new URLSearchParams(url.split('#')[1] ?? '');
  const number = (name: string, { min, max, usual }: Record<'min' | 'max' | 'usual', number>) => {
    const value = Number(fragment.get(name) ?? usual);
    return Number.isInteger(value) ? Math.min(max, Math.max(min, value)) : usual;
  };
  return {
    connectMs: number('ct', { min: 100, max: 10_000, usual: 5000 }),
    readMs: number('rt', { min: 100, max: 15_000, usual: 15_000 }),
    totalMs: number('tt', { min: 100, max: 15_000, usual: 15_000 }),
    retries: number('rc', { min: 0, max: 5, usual: 1 }),
    policy: new Set((fragment.get('rp') ?? 'ct').split(',')),
  };
}

/** X-Twilio-Signature: base64(HMAC-SHA1(URL without fragment + sorted names and values, auth token)). */
export function twilioSignature(authToken: string, url: string, params: Record<string, string>): string {
  const names = Object.keys(params).sort();
  const text = names.reduce((sum, name) => sum + name + params[name], url.split('#')[0] ?? '');
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/** Calls the webhook, again as its overrides say; resolves to the answer with status 2xx. Rejects with WebhookError only. */
export async function callWebhook(call: WebhookCall): Promise<CallbackAnswer> {
  const overrides = connectionOverrides(call.url);
  const idempotencyToken = randomUUID();
  const untilMs = performance.now() + overrides.totalMs;
  for (let attempt = 0; ; attempt += 1) {
    const fault = attempt === 0 ? call.fault : undefined;
    const remainingMs = Math.max(1, untilMs - performance.now());
    const result = await attemptOnce(
      { ...call, fault },
      { ...overrides, readMs: Math.min(overrides.readMs, remainingMs) },
      idempotencyToken,
    );
    if (typeof result !== 'string') return result;
    const again = overrides.policy.has('all') || overrides.policy.has(result);
    if (!again || attempt >= overrides.retries || performance.now() >= untilMs)
      throw new WebhookError(result === 'ct' ? 11205 : 11200, `${result} after ${attempt + 1} attempts`);
  }
}

async function attemptOnce(call: WebhookCall, overrides: Overrides, idempotencyToken: string): Promise<CallbackAnswer | Failure> {
  const { fault, params, authToken } = call;
  if (fault?.mode === 'refuse') return 'ct';
  if (fault?.mode === 'server-error') return '5xx';
  if (fault?.mode === 'rate-limit') return '4xx';
  const [base = ''] = call.url.split('#');
  const form = new URLSearchParams(params).toString();
  const url = call.method === 'GET' ? `${base}${base.includes('?') ? '&' : '?'}${form}` : base;
  try {
    const answer = await callBack({
      url,
      method: call.method,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-twilio-signature': twilioSignature(authToken, url, call.method === 'GET' ? {} : params),
        'i-twilio-idempotency-token': idempotencyToken,
        'user-agent': 'TwilioProxy/1.1',
        accept: '*/*',
      },
      body: call.method === 'GET' ? '' : form,
      connectTimeoutMs: overrides.connectMs,
      readTimeoutMs: overrides.readMs,
    });
    if (fault?.mode === 'lose-response') return 'rt';
    if (fault?.mode === 'malformed') return { ...answer, body: answer.body.slice(0, -1) };
    if (answer.status >= 500) return '5xx';
    return answer.status >= 200 && answer.status < 300 ? answer : '4xx';
  } catch (cause) {
    if (!(cause instanceof CallbackFailure)) throw cause;
    return cause.kind === 'connect' ? 'ct' : 'rt';
  }
}
