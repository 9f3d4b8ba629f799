import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { XeroClient } from 'xero-node';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { startXero, type Xero, type XeroOptions } from '../../../local/xero/server';

export const connection = { clientId: 'test-client', clientSecret: 'test-secret', tenantId: '3F2504E0-4F89-11D3-9A0C-0305E82C3301' };
export const webhookKey = 'LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw==';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A webhook receiver on a real port; `answer` decides each status and body. */
export async function receiver(
  answer: (received: Received, count: number) => { status: number; body?: string } | 'hang up' = () => ({ status: 200 }),
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      const result = answer(one, received.length);
      if (result === 'hang up') request.socket.destroy();
      else response.writeHead(result.status).end(result.body ?? '');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/xero`,
    close: () => new Promise((closed) => server.close(closed)),
  };
}

/** A kernel and a Xero over it, with what has to be closed. */
export async function startRig(options: Partial<XeroOptions> = {}, dataDir?: string) {
  const kernel = openKernel(dataDir);
  const xero = await startXero(kernel, { port: 0, webhookUrl: () => 'http://127.0.0.1:1/nobody', webhookKey, ...connection, ...options });
  return { kernel, xero, close: () => closeRig(kernel, xero) };
}

async function closeRig(kernel: Kernel, xero: Xero) {
  await kernel.activity.idle();
  await xero.close();
  await kernel.close();
}

export async function requestToken(xero: Xero, body = 'grant_type=client_credentials', secret = connection.clientSecret) {
  const credentials = Buffer.from(`${connection.clientId}:${secret}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${xero.identityUrl}/connect/token`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** xero-node itself, pointed at the emulator. */
export async function xeroSdk(xero: Xero) {
  const { body } = await requestToken(xero);
  const client = new XeroClient();
  client.accountingApi.basePath = `${xero.url}/api.xro/2.0`;
  client.setTokenSet({ access_token: String(body['access_token']), token_type: 'Bearer' });
  return client.accountingApi;
}

/** What xero-node rejects with: a JSON string. */
export async function failure(call: Promise<unknown>): Promise<{ statusCode: number; headers: Record<string, string>; body: unknown }> {
  const thrown: unknown = await call.then(
    () => Promise.reject(new Error('the call did not fail')),
    (cause: unknown) => cause,
  );
  return JSON.parse(String(thrown)).response;
}
