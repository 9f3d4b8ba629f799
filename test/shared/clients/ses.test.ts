import { sesMailer } from '../../../shared/clients/ses';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { deadUrl, type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

const mail = { mailId: '6b0f6a3e-1111-4222-8333-444455556666', to: 'sam@example.com', subject: '🚀 Live', html: '<p>Hi</p>', text: 'Hi' };
const xml = (status: number, body: string): Scripted => ({ status, headers: { 'content-type': 'text/xml' }, body });
const failure = (status: number, code: string): Scripted =>
  xml(
    status,
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>about sam@example.com</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );
const accepted = xml(
  200,
  '<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendEmailResult><MessageId>m-1</MessageId></SendEmailResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></SendEmailResponse>',
);

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());
const client = (fromName = 'Core "S" Sentia') =>
  sesMailer({
    fromEmail: 'hello@coresentia.example',
    fromName,
    replyTo: 'help@coresentia.example',
    configurationSet: 'set-1',
    timeoutMs: 300,
  });

test('a connection that was closed since the last mail leaves no mail in doubt', async () => {
  server.forgetConnections();
  server.script(accepted, accepted);
  const mailer = client();
  expect([await mailer.send(mail), await mailer.send(mail)]).toEqual([{ messageId: 'm-1' }, { messageId: 'm-1' }]);
});

test('sends with configuration set, reply address and the tag that SES events carry back', async () => {
  server.script(accepted);
  expect(await client().send(mail)).toEqual({ messageId: 'm-1' });
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toMatchObject({
    Action: 'SendEmail',
    Source: '"Core \\"S\\" Sentia" <hello@coresentia.example>',
    'ReplyToAddresses.member.1': 'help@coresentia.example',
    'Destination.ToAddresses.member.1': 'sam@example.com',
    'Message.Subject.Data': '🚀 Live',
    'Message.Body.Html.Data': '<p>Hi</p>',
    'Message.Body.Text.Data': 'Hi',
    ConfigurationSetName: 'set-1',
    'Tags.member.1.Name': 'mail-id',
    'Tags.member.1.Value': mail.mailId,
  });
});

test('writes a sender name that is not ASCII as an encoded word', async () => {
  server.script(accepted);
  await client('Zoë').send(mail);
  expect(new URLSearchParams(server.requests[0]?.body).get('Source')).toBe('=?UTF-8?B?Wm/Dqw==?= <hello@coresentia.example>');
});

const faults: [string, Scripted, { name: string; accepted?: 'no' | 'unknown' }][] = [
  ['Throttling with 400', failure(400, 'Throttling'), { name: 'TransientError', accepted: 'no' }],
  ['429', failure(429, 'TooManyRequestsException'), { name: 'TransientError', accepted: 'no' }],
  ['500 with a body', failure(500, 'InternalFailure'), { name: 'TransientError', accepted: 'no' }],
  ['503 with a body', failure(503, 'ServiceUnavailable'), { name: 'TransientError', accepted: 'no' }],
  ['502 of a gateway', { status: 502, body: '<html>bad gateway' }, { name: 'TransientError', accepted: 'unknown' }],
  ['503 without a body', { status: 503 }, { name: 'TransientError', accepted: 'unknown' }],
  ['no answer', 'silent', { name: 'TransientError', accepted: 'unknown' }],
  ['a hang-up', 'hang-up', { name: 'TransientError', accepted: 'unknown' }],
  ['an answer that is cut', 'cut', { name: 'TransientError', accepted: 'unknown' }],
  ['an answer that stalls', 'stall', { name: 'TransientError', accepted: 'unknown' }],
  ['200 that is no XML', { status: 200, body: 'hello' }, { name: 'TransientError', accepted: 'unknown' }],
  ['MessageRejected', failure(400, 'MessageRejected'), { name: 'EmailRefused' }],
  ['ConfigurationSetDoesNotExist', failure(400, 'ConfigurationSetDoesNotExist'), { name: 'EmailRefused' }],
  ['InvalidParameterValue', failure(400, 'InvalidParameterValue'), { name: 'EmailAddressRejected' }],
  ['401', failure(401, 'UnrecognizedClientException'), { name: 'VendorAccountProblem' }],
  ['403', failure(403, 'SignatureDoesNotMatch'), { name: 'VendorAccountProblem' }],
  ['409', failure(409, 'Conflict'), { name: 'VendorRequestRejected' }],
];
test.each(faults)('%s is our error, asked once, without addresses', async (_, answer, expected) => {
  server.script(answer, accepted, accepted);
  const error = await errorOf(client().send(mail));
  expect(error).toMatchObject(expected);
  expect(error.everything).not.toMatch(/sam@|dummy/);
  expect(server.requests).toHaveLength(1);
});

test('a server that is down took nothing', async () => {
  useAwsEndpoint(await deadUrl());
  expect(await errorOf(client().send(mail))).toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), accepted: 'no' });
});
