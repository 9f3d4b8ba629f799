import { snsNotices } from '../../../shared/clients/sns';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

const xml = (status: number, body: string): Scripted => ({ status, headers: { 'content-type': 'text/xml' }, body });
const failure = (status: number, code: string) =>
  xml(status, `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`);
const done = xml(200, '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>');

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());
const publish = (subject = 'Please decide') =>
  snsNotices({ topicArn: 'arn:aws:sns:ap-southeast-2:1:operator' }).publish({ subject, body: 'Füße' });

test('publishes to the topic with a subject that SNS takes', async () => {
  server.script(done);
  await publish(`Café\n– ${'x'.repeat(200)}`);
  const sent = new URLSearchParams(server.requests[0]?.body);
  expect(sent.get('TopicArn')).toBe('arn:aws:sns:ap-southeast-2:1:operator');
  expect(sent.get('Message')).toBe('Füße');
  expect(sent.get('Subject')).toMatch(/^Cafe  x+$/);
  expect(sent.get('Subject')).toHaveLength(99);
});

const faults: [string, Scripted, string][] = [
  ['400', failure(400, 'InvalidParameter'), 'VendorRequestRejected'],
  ['401', failure(401, 'UnrecognizedClientException'), 'VendorAccountProblem'],
  ['403', failure(403, 'AuthorizationError'), 'VendorAccountProblem'],
  ['409', failure(409, 'Conflict'), 'VendorRequestRejected'],
  ['429', failure(429, 'Throttled'), 'TransientError'],
  ['500', failure(500, 'InternalError'), 'TransientError'],
  ['a hang-up', 'hang-up', 'TransientError'],
  ['an answer that is cut', 'cut', 'TransientError'],
  ['200 that is no XML', { status: 200, body: 'hello' }, 'TransientError'],
];
test.each(faults)('%s is our error', async (_, answer, name) => {
  server.script(answer);
  expect((await errorOf(publish())).name).toBe(name);
});
