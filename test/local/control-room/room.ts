import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../local/program';
import { vendorSettings } from '../../../local/vendors';

/** A whole stack in a temporary folder, and its control room as a script talks to it. */
export async function openStack() {
  const dataDir = mkdtempSync(join(tmpdir(), 'control-room-'));
  const options = { dataDir, cacheDir: '.local/cache', firstPort: 0, vendors: vendorSettings({}), say: () => undefined };
  const stack: Stack = await startStack(options);
  const url = stack.endpoints.controlRoom;
  return {
    stack,
    url,
    async get(path: string) {
      return answerOf(await fetch(url + path));
    },
    async post(path: string, body?: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) {
      const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      return answerOf(await fetch(url + path, { method: 'POST', headers, ...(text !== undefined && { body: text }) }));
    },
    /** Sends a form of the page as a browser without script does. */
    async send(form: string, fields: Record<string, string>) {
      const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams(fields).toString();
      return answerOf(await fetch(`${url}/do/${form}`, { method: 'POST', headers, body, redirect: 'manual' }));
    },
    async close() {
      await stack.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type OpenStack = Awaited<ReturnType<typeof openStack>>;

async function answerOf(response: Response) {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

/** GETs with a Host header of one's own, which fetch does not allow. Resolves to the status. */
export function statusWithHost(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end();
  });
}
