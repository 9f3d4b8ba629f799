import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An ordinary answer; a body that is no string is sent as JSON. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
/**
 * `silent`: takes the request and never answers; `hang-up`: closes without an answer; `cut`: breaks off in the middle of the body;
 * `stall`: stops in the middle of the body and keeps the connection.
 */
export type Scripted = Answer | 'silent' | 'hang-up' | 'cut' | 'stall';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A real HTTP server that answers as the test says and remembers what it was asked. */
export async function scriptedServer(routes: Record<string, Scripted> = {}) {
  const requests: Seen[] = [];
  const queue: Scripted[] = [];
  const used = new WeakSet<Socket>();
  let forgetful = false;
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (forgetful && used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    const seen = await read(request);
    const fixed = routes[seen.path];
    if (!fixed) requests.push(seen);
    play(response, fixed ?? queue.shift() ?? { status: 418, body: 'nothing is scripted for this request' });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    routes,
    /** What the next requests get, in this order; requests to a fixed route are not counted. */
    script(...answers: Scripted[]): void {
      queue.push(...answers);
    },
    /** From now on a connection that has had an answer breaks at the next request, as if it had been closed while the caller slept. */
    forgetConnections(): void {
      forgetful = true;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type ScriptedServer = Awaited<ReturnType<typeof scriptedServer>>;

/** A URL that nobody listens on. */
export async function deadUrl(): Promise<string> {
  const server = await scriptedServer();
  await server.close();
  return server.url;
}

async function read(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = Buffer.concat(chunks).toString('utf8');
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body };
}

function play(response: ServerResponse, answer: Scripted): void {
  if (answer === 'silent') return;
  if (answer === 'hang-up') {
    response.socket?.destroy();
    return;
  }
  if (answer === 'cut' || answer === 'stall') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"half":', () => {
      if (answer === 'cut') response.socket?.destroy();
    });
    return;
  }
  const { status, headers, body = '' } = answer;
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
