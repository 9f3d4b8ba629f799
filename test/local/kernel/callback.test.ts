import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Callback, callBack, takeWebhookFault } from '../../../local/kernel/callback';
import { openKernel } from '../../../local/kernel/kernel';

const call: Callback = {
  url: 'http://127.0.0.1:1/',
  method: 'POST',
  headers: { 'x-test': 'yes' },
  body: 'größe',
  connectTimeoutMs: 1000,
  readTimeoutMs: 100,
};

const echo: RequestListener = (request, response) => {
  request
    .setEncoding('utf8')
    .on('data', (body) => response.writeHead(201, { 'x-seen': String(request.headers['x-test']) }).end(`got ${String(body)}`));
};

const half: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': '10' }).write('half');
  setImmediate(() => response.destroy());
};

async function against(listener: RequestListener, use: (url: string) => Promise<void>) {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

test('sends body and headers and reads the answer', async () => {
  await against(echo, async (url) => {
    expect(await callBack({ ...call, url })).toMatchObject({ status: 201, body: 'got größe', headers: { 'x-seen': 'yes' } });
  });
});

test('tells no connection, silence and a broken connection apart', async () => {
  await expect(callBack(call)).rejects.toMatchObject({ name: 'CallbackFailure', kind: 'connect' });
  await against(
    () => undefined,
    (url) => expect(callBack({ ...call, url })).rejects.toMatchObject({ kind: 'timeout' }),
  );
  await against(
    (request) => request.socket.destroy(),
    (url) => expect(callBack({ ...call, url })).rejects.toMatchObject({ kind: 'reset' }),
  );
  await against(half, (url) => expect(callBack({ ...call, url })).rejects.toMatchObject({ kind: 'reset' }));
});

test('a webhook meets the faults armed for it by name only', async () => {
  const kernel = openKernel(undefined);
  await kernel.faults.arm({ vendor: 'xero', call: '*', mode: 'refuse', times: 1, slowMs: 1 });
  expect(takeWebhookFault(kernel.faults, 'xero', 'xeroWebhook')).toBeUndefined();
  await kernel.faults.clear();
  await kernel.faults.arm({ vendor: 'xero', call: 'xeroWebhook', mode: 'reject', times: 1, slowMs: 1 });
  expect(takeWebhookFault(kernel.faults, 'xero', 'xeroWebhook')).toMatchObject({ mode: 'reject' });
  await kernel.close();
});
