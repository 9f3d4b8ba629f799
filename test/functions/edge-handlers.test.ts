import { createHmac } from 'node:crypto';
import { handler as smsFallback } from '../../functions/sms-fallback';
import { handler as smsWebhook } from '../../functions/sms-webhook';
import { handler as voiceWebhook } from '../../functions/voice-webhook';
import { handler as xeroWebhook } from '../../functions/xero-webhook';
import { tenantId } from '../support/an-invoice';
import { useAwsEndpoint } from '../support/aws-environment';
import { functionUrlEvent } from '../support/function-url-event';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server';
import { authToken, twilioRequest } from '../support/twilio-request';

let server: ScriptedServer;
beforeAll(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
  Object.assign(process.env, { XERO_WEBHOOK_SECRET_ID: 'xero-webhook', EVENT_BUS_NAME: 'our-bus', TWILIO_SECRET_ID: 'twilio' });
});
afterAll(() => server.close());

const secret = (value: object) => ({ status: 200, body: { Name: 's', SecretString: JSON.stringify(value) } });
const form = { MessageSid: 'SM1', From: '+61480000002', To: '+61480000001', Body: 'Hi' };

test('the Xero webhook answers 500 while its secret is out of reach, then keeps it', async () => {
  const body = JSON.stringify({
    events: [
      { resourceId: '11111111-2222-3333-4444-555555555555', tenantId, eventDateUtc: '2026-11-20T01:02:03', eventCategory: 'INVOICE' },
    ],
  });
  const signature = createHmac('sha256', 'key-1').update(body).digest('base64');
  const event = functionUrlEvent({ body, headers: { 'x-xero-signature': signature } });
  const taken = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] } };
  const refused = { status: 200, body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } };
  server.script({ status: 500, body: {} }, secret({ webhookKey: 'key-1' }), taken, taken, refused);
  expect(await xeroWebhook(event)).toEqual({ statusCode: 500, body: '' });
  expect(await xeroWebhook(event)).toEqual({ statusCode: 200, body: '' });
  expect(await xeroWebhook(event)).toEqual({ statusCode: 200, body: '' });
  expect(await xeroWebhook(event)).toEqual({ statusCode: 500, body: '' });
  expect(server.requests).toHaveLength(5);
});

test('the Twilio webhooks read the form from base64 and check the signature with the secret', async () => {
  server.script(secret({ accountSid: 'AC1', authToken }));
  expect(await voiceWebhook(twilioRequest({ CallSid: 'CA1' }, { path: '/api/voice/webhook' }))).toMatchObject({ statusCode: 200 });
  expect(await smsFallback(twilioRequest(form, { path: '/api/sms/fallback' }))).toMatchObject({ statusCode: 200 });
  expect(await smsFallback(twilioRequest(form, { path: '/api/sms/fallback', signature: 'forged' }))).toMatchObject({ statusCode: 403 });
  expect(await smsWebhook(twilioRequest(form, { signature: 'forged' }))).toEqual({ statusCode: 403, body: '' });
  expect(await smsWebhook(twilioRequest({ CallSid: 'x' }))).toEqual({ statusCode: 400, body: '' });
});

test('the SMS webhook answers 500 when it cannot store', async () => {
  expect(await smsWebhook(twilioRequest(form))).toEqual({ statusCode: 500, body: '' }); // no SUPABASE_URL
});
