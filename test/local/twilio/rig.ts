import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { openKernel } from '../../../local/kernel/kernel';
import { startTwilio, type Twilio, type TwilioOptions } from '../../../local/twilio/server';

export const authToken = '12345678901234567890123456789012';
export const options: TwilioOptions = {
  port: 0,
  accountSid: 'ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  authToken,
  testNumber: '+61488000001',
  bundleSid: 'BUbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
  addressSid: 'ADdddddddddddddddddddddddddddddddd',
};
export const kyc = { bundleSid: options.bundleSid, addressSid: options.addressSid };

export interface WebhookRequest {
  method: string;
  path: string;
  params: Record<string, string>;
  headers: Record<string, unknown>;
  /** What twilio's own library says of the signature. */
  genuine: boolean;
}
export type Answer = { status?: number; type?: string; body?: string } | 'hang up' | 'silence';

/** The account's webhook on a real port; `answer` decides what it says. */
export async function receiver(answer: (request: WebhookRequest, count: number) => Answer = () => ({})) {
  const received: WebhookRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      const { method = '', url = '', headers } = request;
      const genuine = twilio.validateRequest(authToken, String(headers['x-twilio-signature']), `${base()}${url}`, params);
      const one = { method, path: url, params, headers, genuine };
      received.push(one);
      const result = answer(one, received.length);
      if (result === 'hang up') request.socket.destroy();
      else if (result !== 'silence')
        response.writeHead(result.status ?? 200, { 'content-type': result.type ?? 'text/xml' }).end(result.body ?? '<Response/>');
    });
  });
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    received,
    url: base(),
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  };
}

/** A kernel and a Twilio over it, twilio's SDK pointed at it, and what has to be closed. */
export async function startRig(changes: Partial<TwilioOptions> = {}, dataDir?: string) {
  const kernel = openKernel(dataDir);
  const emulator = await startTwilio(kernel, { ...options, ...changes });
  return {
    kernel,
    emulator,
    client: sdk(emulator),
    async close() {
      await kernel.activity.idle();
      await emulator.close();
      await kernel.close();
    },
  };
}

export function sdk(emulator: Twilio, token = authToken) {
  const client = twilio(options.accountSid, token);
  client.api.baseUrl = emulator.url;
  client.pricing.baseUrl = emulator.url;
  client.numbers.baseUrl = emulator.url;
  return client;
}

/** Buys a mobile with the given webhook settings. */
export async function buy(client: ReturnType<typeof sdk>, settings: { smsUrl?: string; smsFallbackUrl?: string; smsMethod?: string } = {}) {
  const [candidate] = await client.availablePhoneNumbers('AU').mobile.list({ smsEnabled: true, limit: 1 });
  return client.incomingPhoneNumbers.create({ phoneNumber: candidate?.phoneNumber ?? '', ...kyc, ...settings });
}

export const replying = (text: string): Answer => ({
  body: `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${text}</Message></Response>`,
});
