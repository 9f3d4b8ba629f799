import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { handler, receiveXeroWebhook } from '../../functions/xero-webhook';
import { TransientError } from '../../shared/errors';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { tenantId } from '../support/an-invoice';
import { errorOf } from '../support/error-of';
import { functionUrlEvent } from '../support/function-url-event';

// Xero's published example: https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/
const xeroWebhookKey = 'LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw==';
const published = {
  body: '{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "LUWDSUDGSWNZVALZXBEV"}',
  signature: 'BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4=',
};
const sign = (body: string) => createHmac('sha256', xeroWebhookKey).update(body).digest('base64');
const invoiceId = '11111111-2222-3333-4444-555555555555';
const entry = {
  resourceUrl: `https://api.xero.com/api.xro/2.0/Invoices/${invoiceId}`,
  resourceId: invoiceId.toUpperCase(),
  eventDateUtc: '2026-11-20T01:02:03.123',
  eventType: 'Update',
  eventCategory: 'INVOICE',
  tenantId,
  tenantType: 'ORGANISATION',
};
const webhook = (events: unknown) => JSON.stringify({ events, firstEventSequence: 1, lastEventSequence: 1, entropy: 'X' });

function post(
  body: string,
  options: { signature?: string; base64?: boolean; method?: string; eventPublisher?: ReturnType<typeof fakeEventPublisher> } = {},
) {
  const { signature = sign(body), base64 = false, method = 'POST', eventPublisher = fakeEventPublisher() } = options;
  const event = functionUrlEvent({ path: '/api/xero/webhook', method, body, base64, headers: { 'x-xero-signature': signature } });
  return receiveXeroWebhook(event, { eventPublisher, xeroWebhookKey });
}

test("takes Xero's published example", async () => {
  expect(await post(published.body, { signature: published.signature })).toEqual({ statusCode: 200, body: '' });
});

test.each([
  ['one letter differs', '/jzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4='],
  ['it is empty', ''],
  ['it is cut', published.signature.slice(0, -4)],
  ['it is no base64', '?'],
  ['it only decodes to the same bytes', published.signature.replace('=', '')],
])('answers 401 to a signature when %s', async (_, signature) => {
  expect(await post(published.body, { signature })).toEqual({ statusCode: 401, body: '' });
});

test('answers 401 without a signature, and publishes nothing of a forged body', async () => {
  const eventPublisher = fakeEventPublisher();
  const event = functionUrlEvent({ body: webhook([entry]) });
  expect((await receiveXeroWebhook(event, { eventPublisher, xeroWebhookKey })).statusCode).toBe(401);
  await post(webhook([entry]), { signature: sign('another body'), eventPublisher });
  expect(eventPublisher.published).toEqual([]);
});

test.each([false, true])('puts invoice events on the bus (body in base64: %s)', async (base64) => {
  const eventPublisher = fakeEventPublisher();
  const other = { ...entry, eventCategory: 'CONTACT', resourceId: 'not even a guid' };
  expect(await post(webhook([entry, other]), { base64, eventPublisher })).toEqual({ statusCode: 200, body: '' });
  expect(eventPublisher.published).toEqual([
    { detailType: 'Invoice Updated', detail: { tenantId, invoiceId, updatedUtc: '2026-11-20T01:02:03.123Z', via: 'webhook' } },
  ]);
});

test.each(['GET', 'PUT', 'OPTIONS'])('answers 405 to %s', async (method) => {
  expect((await post(published.body, { method })).statusCode).toBe(405);
});

test.each([
  ['no JSON', 'hello'],
  ['no events', '{}'],
  ['events that are no list', webhook('x')],
  ['an invoice event without a time', webhook([{ ...entry, eventDateUtc: 'yesterday' }])],
  ['an invoice event without an id', webhook([{ ...entry, resourceId: 'x' }])],
])('answers 400 to a signed body with %s', async (_, body) => {
  expect(await post(body)).toEqual({ statusCode: 400, body: '' });
});

test('an unreadable event does not keep the readable ones off the bus', async () => {
  const eventPublisher = fakeEventPublisher();
  expect((await post(webhook([{ ...entry, tenantId: 7 }, entry]), { eventPublisher })).statusCode).toBe(400);
  expect(eventPublisher.published).toHaveLength(1);
});

test('fails when the bus does not take an event, so that Xero repeats', async () => {
  const eventPublisher = fakeEventPublisher({ failures: { publish: [new TransientError('not taken')] } });
  expect((await errorOf(post(webhook([entry]), { eventPublisher }))).name).toBe('TransientError');
});

test('the handler answers 500 with an empty body to whatever goes wrong', async () => {
  expect(await handler({})).toEqual({ statusCode: 500, body: '' });
});

test('any body, signed or not, is answered with 200, 400 or 401', async () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .array(
        fc.record({
          resourceId: fc.anything(),
          tenantId: fc.anything(),
          eventDateUtc: fc.anything(),
          eventCategory: fc.constantFrom('INVOICE', 'CONTACT', 7),
        }),
      )
      .map((events) => JSON.stringify({ events }, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ?? ''),
  );
  const property = fc.asyncProperty(anything, fc.boolean(), fc.boolean(), async (body, isSigned, base64) => {
    const { statusCode } = await post(body, { base64, ...(!isSigned && { signature: 'x' }) });
    expect(isSigned ? [200, 400] : [401]).toContain(statusCode);
  });
  await fc.assert(property, { seed: 42, numRuns: 300 });
});
