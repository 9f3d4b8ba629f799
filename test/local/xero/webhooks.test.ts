import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signature } from '../../../local/xero/webhooks';
import { type Received, receiver, startRig, webhookKey } from './rig';

const deposit = { contactName: 'Jo Citizen', email: 'jo@example.com', amountCents: 49_900 };
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function connected(answer?: Parameters<typeof receiver>[0]) {
  const target = await receiver(answer);
  const rig = await startRig({ webhookUrl: () => target.url });
  open.push(target, rig);
  return { ...rig, ...target };
}

interface WebhookBody {
  events: Record<string, string>[];
  firstEventSequence: number;
  lastEventSequence: number;
}
const bodyOf = ({ body }: Received) => JSON.parse(body) as WebhookBody;

test("the signature is the one of Xero's published vector", () => {
  const body = '{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "LUWDSUDGSWNZVALZXBEV"}';
  expect(signature(body, webhookKey)).toBe('BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4=');
});

test('a payment arrives as a signed INVOICE UPDATE without amount or status', async () => {
  const { xero, kernel, received } = await connected();
  const { invoiceId } = await xero.createDepositInvoice(deposit);
  await kernel.activity.idle();
  await xero.payInvoice(invoiceId);
  await kernel.activity.idle();
  expect(received).toHaveLength(2);
  const [, update] = received;
  expect(update?.headers['x-xero-signature']).toBe(signature(update?.body ?? '', webhookKey));
  const { events, ...rest } = bodyOf(update!);
  expect(rest).toMatchObject({ firstEventSequence: 2, lastEventSequence: 2, entropy: expect.any(String) });
  expect(events).toEqual([
    {
      resourceUrl: `https://api.xero.com/api.xro/2.0/Invoices/${invoiceId}`,
      resourceId: invoiceId,
      eventDateUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
      eventType: 'UPDATE',
      eventCategory: 'INVOICE',
      tenantId: '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
      tenantType: 'ORGANISATION',
    },
  ]);
});

test('changes made together travel in one batch', async () => {
  const { xero, kernel, received } = await connected();
  await Promise.all(Array.from({ length: 7 }, () => xero.createDepositInvoice(deposit)));
  await kernel.activity.idle();
  expect(received.map((one) => bodyOf(one).events.length).reduce((sum, count) => sum + count)).toBe(7);
  expect(received.length).toBeLessThan(3);
});

test('a failed delivery is repeated at once, then every 15 minutes', async () => {
  const { xero, kernel, received } = await connected((_, count) => ({ status: count < 4 ? 500 : 200 }));
  await xero.createDepositInvoice(deposit);
  await kernel.activity.idle();
  expect(received).toHaveLength(2);
  await kernel.advance(899);
  expect(received).toHaveLength(2);
  await kernel.advance(2);
  expect(received).toHaveLength(3);
  await kernel.advance(901);
  expect(received).toHaveLength(4);
  expect(xero.webhooks()).toMatchObject({ delivered: 1, pending: 0, failingSinceMs: undefined });
});

test.each([
  ['an answer with a body', () => ({ status: 200, body: 'null' })],
  ['a status other than 200', () => ({ status: 204 })],
  ['a broken connection', () => 'hang up' as const],
])('%s is a failed delivery', async (_, answer) => {
  const { xero, kernel } = await connected(answer);
  await xero.createDepositInvoice(deposit);
  await kernel.activity.idle();
  expect(xero.webhooks()).toMatchObject({ delivered: 0, pending: 1, attempts: 2 });
});

test('after 24 hours of failure the subscription is disabled, and a validated one gets the kept events', async () => {
  let up = false;
  const { xero, kernel, received } = await connected(({ headers, body }) => {
    if (!up) return { status: 500 };
    return { status: headers['x-xero-signature'] === signature(body, webhookKey) ? 200 : 401 };
  });
  await xero.createDepositInvoice(deposit);
  await kernel.untilIdle();
  expect(xero.webhooks()).toMatchObject({ enabled: false, pending: 1 });
  expect(received.length).toBeGreaterThan(90);
  up = true;
  await xero.createDepositInvoice(deposit);
  await kernel.untilIdle();
  expect(xero.webhooks()).toMatchObject({ pending: 2 });
  expect(await xero.validateWebhook()).toMatchObject({ ok: true });
  await kernel.activity.idle();
  expect(xero.webhooks()).toMatchObject({ enabled: true, pending: 0, delivered: 2 });
});

test('a receiver that accepts wrong signatures fails the intent-to-receive check', async () => {
  const { xero, received } = await connected();
  const { ok, answers } = await xero.validateWebhook();
  expect(ok).toBe(false);
  expect(answers.filter(({ status, expected }) => status !== expected)).toHaveLength(2);
  expect(bodyOf(received[0]!)).toMatchObject({ events: [], firstEventSequence: 0, lastEventSequence: 0 });
  expect(xero.webhooks().enabled).toBe(false);
});

test('copies carry the same event with a good signature', async () => {
  const { xero, kernel, received } = await connected();
  const { invoiceId } = await xero.createDepositInvoice(deposit);
  await kernel.activity.idle();
  expect(await xero.redeliver(45, invoiceId)).toEqual(Array.from({ length: 45 }, () => 200));
  expect(received).toHaveLength(46);
  expect(new Set(received.map((one) => bodyOf(one).lastEventSequence))).toEqual(new Set([1]));
});

const arm = (mode: 'lose-response' | 'reject' | 'slow' | 'malformed') =>
  ({ vendor: 'xero', call: 'xeroWebhook', mode, times: 1, slowMs: 60_000 }) as const;

describe('scripted faults of the webhook', () => {
  test('a lost answer makes Xero send the event twice', async () => {
    const { xero, kernel, received } = await connected();
    await kernel.faults.arm(arm('lose-response'));
    await xero.createDepositInvoice(deposit);
    await kernel.activity.idle();
    expect(received.map((one) => bodyOf(one).lastEventSequence)).toEqual([1, 1]);
  });

  test('a rejected event never arrives', async () => {
    const { xero, kernel, received } = await connected();
    await kernel.faults.arm(arm('reject'));
    await xero.createDepositInvoice(deposit);
    await kernel.untilIdle();
    expect(received).toHaveLength(0);
    expect(xero.webhooks()).toMatchObject({ lost: 1, pending: 0 });
  });

  test('a slow event arrives later', async () => {
    const { xero, kernel, received } = await connected();
    await kernel.faults.arm(arm('slow'));
    await xero.createDepositInvoice(deposit);
    await kernel.activity.idle();
    expect(received).toHaveLength(0);
    await kernel.advance(61);
    expect(received).toHaveLength(1);
  });

  test('a cut body no longer fits its signature, and the whole one follows', async () => {
    const { xero, kernel, received } = await connected(({ headers, body }) => ({
      status: headers['x-xero-signature'] === signature(body, webhookKey) ? 200 : 401,
    }));
    await kernel.faults.arm(arm('malformed'));
    await xero.createDepositInvoice(deposit);
    await kernel.activity.idle();
    expect(received).toHaveLength(2);
    expect(xero.webhooks()).toMatchObject({ delivered: 1 });
  });
});

test('a stack that was stopped sends after its restart what was pending', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'xero-'));
  const first = await startRig({}, dataDir);
  const { invoiceId } = await first.xero.createDepositInvoice(deposit);
  await first.close();
  const target = await receiver();
  const second = await startRig({ webhookUrl: () => target.url }, dataDir);
  await second.kernel.advance(901);
  expect(target.received.flatMap((one) => bodyOf(one).events.map(({ resourceId }) => resourceId))).toEqual([invoiceId]);
  expect(second.xero.invoices()).toMatchObject([{ invoiceId, status: 'AUTHORISED' }]);
  await second.close();
  await target.close();
  rmSync(dataDir, { recursive: true });
});
