/** `fetch` to servers of this process goes straight to their handlers: a connection over the loopback costs more than most of what they do. */
import type { Hono } from 'hono';

type Handler = Hono['fetch'];

/** From here on `fetch` of this origin calls `handler`; answers how to end that. A handler that destroys its socket makes `fetch` fail as a lost connection does. Redirects are not followed. */
export function routeFetch(origin: string, handler: Handler): () => void {
  const real = globalThis.fetch;
  const routed: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.startsWith(`${origin}/`)) return real(input, init);
    const { body } = init ?? {};
    const isCall = typeof body === 'string' && url.startsWith(`${origin}/rest/v1/rpc/`);
    return answerOf(isCall ? plainRequest(url, { ...init, body }) : new Request(input, init), handler);
  };
  globalThis.fetch = routed;
  return () => {
    globalThis.fetch = real;
  };
}

/** What the handler of a call of an SQL function reads of a request, at a tenth of what Node's own costs. */
function plainRequest(url: string, { method = 'GET', headers, signal, body }: RequestInit & { body: string }): Request {
  const text = async () => body;
  return { url, method, headers: new Headers(headers), signal: signal ?? new AbortController().signal, text } as Request;
}

async function answerOf(request: Request, handler: Handler): Promise<Response> {
  const socket = { isOpen: true, destroy: () => (socket.isOpen = false) };
  const response = await untilAborted(request.signal, handler(request, { incoming: { socket } }));
  if (socket.isOpen) return response;
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) });
}

function untilAborted<T>(signal: AbortSignal, work: T | Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  return Promise.race([aborted.promise, work]).finally(() => signal.removeEventListener('abort', abort));
}
