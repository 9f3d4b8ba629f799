import { eventBridgePublisher } from '../../../shared/clients/event-bridge';
import type { OurEvent } from '../../../shared/events';
import { tenantId } from '../../support/an-invoice';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());

const events = (count: number): OurEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    detailType: 'Deposit Paid',
    detail: { tenantId, invoiceId: `11111111-2222-3333-4444-${String(i).padStart(12, '0')}`, invoiceNumber: `INV-${i}` },
  }));
const taken = (count: number): Scripted => ({
  status: 200,
  body: { FailedEntryCount: 0, Entries: Array.from({ length: count }, (_, i) => ({ EventId: `e${i}` })) },
});
const publish = (count: number) => eventBridgePublisher({ busName: 'our-bus' }).publish(events(count));

test('puts events on our bus in tens', async () => {
  server.script(taken(10), taken(10), taken(10));
  await publish(30);
  const entries = server.requests.flatMap(({ body }) => JSON.parse(body).Entries);
  expect(server.requests).toHaveLength(3);
  expect(new Set(entries.map(({ Detail }) => JSON.parse(Detail).invoiceNumber)).size).toBe(30);
  expect(entries[0]).toMatchObject({ EventBusName: 'our-bus', Source: 'coresentia.provisioning', DetailType: 'Deposit Paid' });
});

test('asks nothing when there is nothing to publish', async () => {
  await publish(0);
  expect(server.requests).toEqual([]);
});

const faults: [string, Scripted, string][] = [
  [
    'one failed entry in a 200',
    { status: 200, body: { FailedEntryCount: 1, Entries: [{ EventId: 'e0' }, { ErrorCode: 'InternalFailure', ErrorMessage: 'x' }] } },
    'TransientError',
  ],
  ['an entry without an id', { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e0' }, {}] } }, 'TransientError'],
  ['a list that is too short', taken(1), 'TransientError'],
  ['an empty 200', { status: 200, body: {} }, 'TransientError'],
  ['200 that is no JSON', { status: 200, body: '<html>' }, 'TransientError'],
  ['ThrottlingException', { status: 400, body: { __type: 'ThrottlingException' } }, 'TransientError'],
  ['429', { status: 429, body: {} }, 'TransientError'],
  ['500', { status: 500, body: { __type: 'InternalException' } }, 'TransientError'],
  ['a hang-up', 'hang-up', 'TransientError'],
  ['an answer that is cut', 'cut', 'TransientError'],
  ['403', { status: 403, body: { __type: 'AccessDeniedException' } }, 'VendorAccountProblem'],
  ['401', { status: 401, body: { __type: 'UnrecognizedClientException' } }, 'VendorAccountProblem'],
  ['400', { status: 400, body: { __type: 'ResourceNotFoundException' } }, 'VendorRequestRejected'],
  ['409', { status: 409, body: { __type: 'ConcurrentModificationException' } }, 'VendorRequestRejected'],
];
test.each(faults)('%s is our error', async (_, answer, name) => {
  server.script(answer);
  expect((await errorOf(publish(2))).name).toBe(name);
  expect(server.requests).toHaveLength(1);
});

test('a bus that does not answer is TransientError within the time that Xero waits', async () => {
  server.script('silent');
  const started = Date.now();
  expect((await errorOf(publish(1))).name).toBe('TransientError');
  expect(Date.now() - started).toBeLessThan(4500);
});
