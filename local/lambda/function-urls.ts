import { IncomingMessage } from 'node:http';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Kernel } from '../kernel/kernel';
import { type Listening, serveApp } from '../kernel/serve';
import type { Invoke } from '../kernel/wiring';
import { functionUrlAnswer, tooLarge } from './function-url-answer';
import { functionUrlEvent } from './function-url-event';

export interface FunctionUrlOptions {
  /** Names of the functions that have a URL. */
  names: string[];
  /** The port of each, by function name; any free one where none is given. */
  ports?: Record<string, number>;
}

export interface FunctionUrls {
  /** The URL of a function, with a trailing slash as AWS gives it. Throws for a function without one. */
  url(functionName: string): string;
  /** From here on requests run the functions; before, they are answered 503. */
  connect(invoke: Invoke): void;
  close(): Promise<void>;
}

const LARGEST_BODY = 6 * 1024 * 1024;
const Bindings = z.object({ incoming: z.instanceof(IncomingMessage) });

/** Listens for every function that has a URL. The URLs are known before the template is read, because its variables contain them. */
export async function openFunctionUrls(kernel: Kernel, { names, ports = {} }: FunctionUrlOptions): Promise<FunctionUrls> {
  let invoke: Invoke | undefined;
  const servers = new Map<string, Listening>();
  for (const name of names) {
    const app = new Hono().all('*', async (context) => {
      if (!invoke) return context.body('Service Unavailable', 503);
      const body = Buffer.from(await context.req.arrayBuffer());
      if (body.length > LARGEST_BODY) return tooLarge();
      const { method, url = '/', rawHeaders, socket } = Bindings.parse(context.env).incoming;
      const request = {
        method: method ?? 'GET',
        target: url,
        headers: pairs(rawHeaders),
        body,
        sourceIp: socket.remoteAddress ?? '127.0.0.1',
      };
      return functionUrlAnswer(await invoke(name, functionUrlEvent(request)));
    });
    servers.set(name, await serveApp(app, { port: ports[name] ?? 0, activity: kernel.activity }));
  }
  return {
    url(functionName) {
      const server = servers.get(functionName);
      if (!server) throw new Error(`${functionName} has no function URL`);
      return `${server.url}/`;
    },
    connect(given) {
      invoke = given;
    },
    async close() {
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** Node's flat list of names and values, as pairs. */
function pairs(rawHeaders: string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []));
}
