import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Fault, Faults } from './faults';

/** A vendor's call to a webhook URL; times in milliseconds. */
export interface Callback {
  url: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string;
  connectTimeoutMs: number;
  /** The longest silence from the receiver, before and within its answer. */
  readTimeoutMs: number;
}

/** What the receiver answered; `body` is at most 64 KB of text. */
export interface CallbackAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** No answer came: `connect` (nothing was received), `timeout`, or `reset` (the connection broke; it may have been received). */
export class CallbackFailure extends Error {
  override readonly name = 'CallbackFailure';
  readonly kind: 'connect' | 'timeout' | 'reset';

  constructor(kind: CallbackFailure['kind']) {
    super(`no answer: ${kind}`);
    this.kind = kind;
  }
}

/** The fault armed for exactly this webhook: `*` means the calls to a vendor, not those that it makes. */
export function takeWebhookFault(faults: Faults, vendor: Fault['vendor'], call: string): Fault | undefined {
  const armed = faults.all().some((fault) => fault.vendor === vendor && fault.call === call);
  return armed ? faults.take(vendor, call) : undefined;
}

const LONGEST_BODY = 65_536;

/** Calls a webhook over a connection of its own, as vendors do: no pooling, no retries, no redirects. Rejects with CallbackFailure only. */
export function callBack(callback: Callback): Promise<CallbackAnswer> {
  if (!/^https?:/.test(callback.url) || !URL.canParse(callback.url)) return Promise.reject(new CallbackFailure('connect'));
  return new Promise((resolve, reject) => {
    const send = callback.url.startsWith('https:') ? httpsRequest : httpRequest;
    let connected = false;
    const request = send(callback.url, {
      method: callback.method,
      agent: false,
      headers: { ...callback.headers, 'content-length': Buffer.byteLength(callback.body) },
    });
    const fail = (kind: CallbackFailure['kind']) => {
      clearTimeout(connecting);
      reject(new CallbackFailure(kind));
      request.destroy();
    };
    const connecting = setTimeout(() => fail('connect'), callback.connectTimeoutMs);
    request.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(connecting);
        socket.setTimeout(callback.readTimeoutMs, () => fail('timeout'));
      }),
    );
    request.once('error', () => fail(connected ? 'reset' : 'connect'));
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= LONGEST_BODY) chunks.push(chunk);
      });
      response.once('error', () => fail('reset'));
      response.once('end', () => {
        const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        resolve({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.end(callback.body);
  });
}
