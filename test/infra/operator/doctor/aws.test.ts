import { addressChecks } from '../../../../infra/operator/doctor/addresses';
import { type AwsAccount, awsChecks, deadLetterQueues, rulesOf } from '../../../../infra/operator/doctor/aws';
import { examine } from '../../../../infra/operator/doctor/check';
import { type MailDns, mailDnsChecks, type Resolver } from '../../../../infra/operator/doctor/mail-dns';
import { exitCodeOf, reportText, summary } from '../../../../infra/operator/doctor/report';
import { type Identity, identityOf, sesChecks } from '../../../../infra/operator/doctor/ses';
import { TerminalError } from '../../../../shared/errors';
import { ofType, templateOf } from '../../template';
import { awsAnswering, lineOf } from './fake-ask';

const account = '/v2/email/account';
const identityPath = '/v2/email/identities/coresentia.com.au';
const destinations = '/v2/email/configuration-sets/coresentia-prod/event-destinations';
const types = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'];
const production = { ProductionAccessEnabled: true, SendingEnabled: true, SendQuota: { Max24HourSend: 50_000, SentLast24Hours: 10 } };
const verified: Identity = {
  VerifiedForSendingStatus: true,
  DkimAttributes: { Status: 'SUCCESS', Tokens: ['k1', 'k2', 'k3'] },
  MailFromAttributes: { MailFromDomain: 'mail.coresentia.com.au', MailFromDomainStatus: 'SUCCESS' },
};
const goodSes = {
  [account]: production,
  [identityPath]: verified,
  [destinations]: { EventDestinations: [{ Enabled: true, MatchingEventTypes: types, EventBridgeDestination: {} }] },
  '/v2/email/suppression/addresses': { SuppressedDestinationSummaries: [] },
};
const ses = (answers: Record<string, unknown>, onLaptop = false) => ({
  ask: awsAnswering({ ...goodSes, ...answers }),
  fromEmail: 'hello@coresentia.com.au',
  configurationSet: 'coresentia-prod',
  onLaptop,
});

test.each<[check: string, level: string, given: ReturnType<typeof ses>, said: RegExp]>([
  ['sandbox', 'ok', ses({}), /out of the sandbox/],
  ['sandbox', 'fail', ses({ [account]: { ...production, ProductionAccessEnabled: false } }), /in the sandbox/],
  ['sandbox', 'fail', ses({ [account]: { ...production, SendingEnabled: false } }), /paused/],
  ['sandbox', 'warn', ses({ [account]: { ...production, SendQuota: { Max24HourSend: 100, SentLast24Hours: 90 } } }), /90 of 100/],
  ['sandbox', 'fail', ses({ [account]: 403 }), /answered 403/],
  ['sandbox', 'skipped', ses({}, true), /laptop/],
  ['identity', 'ok', ses({}), /signs with DKIM/],
  ['identity', 'fail', ses({ [identityPath]: 404 }), /no identity/],
  ['identity', 'fail', ses({ [identityPath]: { ...verified, VerifiedForSendingStatus: false } }), /not verified/],
  ['identity', 'fail', ses({ [identityPath]: { ...verified, DkimAttributes: { Status: 'PENDING' } } }), /PENDING/],
  ['MAIL FROM', 'ok', ses({}), /mail\.coresentia/],
  ['MAIL FROM', 'warn', ses({ [identityPath]: { ...verified, MailFromAttributes: undefined } }), /no custom/],
  [
    'MAIL FROM',
    'fail',
    ses({ [identityPath]: { ...verified, MailFromAttributes: { MailFromDomain: 'm', MailFromDomainStatus: 'FAILED' } } }),
    /FAILED/,
  ],
  ['configuration set', 'ok', ses({}), /tells EventBridge/],
  ['configuration set', 'fail', ses({ [destinations]: 404 }), /there is no/],
  [
    'configuration set',
    'fail',
    ses({ [destinations]: { EventDestinations: [{ Enabled: true, MatchingEventTypes: ['SEND'], EventBridgeDestination: {} }] } }),
    /DELIVERY, BOUNCE/,
  ],
  ['suppression', 'ok', ses({}), /nobody/],
  ['suppression', 'warn', ses({ '/v2/email/suppression/addresses': { SuppressedDestinationSummaries: [{}, {}] } }), /2 on the/],
])('SES %s: %s', async (check, ...[level, given, said]) => {
  expect(await lineOf(sesChecks(given), check)).toMatchObject({ level, what: expect.stringMatching(said) });
});

const zone: Record<string, unknown[]> = {
  'TXT mail.coresentia.com.au': [['v=spf1 include:amazonses.com ~all'], ['something else']],
  'MX mail.coresentia.com.au': [{ exchange: 'feedback-smtp.ap-southeast-2.amazonses.com' }],
  'TXT _dmarc.coresentia.com.au': [['v=DMARC1; p=quara', 'ntine; rua=mailto:x@y.z']],
  'MX coresentia.com.au': [{ exchange: 'aspmx.l.google.com' }],
  'A www.coresentia.com.au': ['203.0.113.1'],
  ...Object.fromEntries(['k1', 'k2', 'k3'].map((key) => [`CNAME ${key}._domainkey.coresentia.com.au`, [`${key}.dkim.amazonses.com`]])),
};
const dnsOf = (changes: Record<string, unknown[] | undefined>): Resolver => {
  const find = async (type: string, name: string) => {
    const found = { ...zone, ...changes }[`${type} ${name}`];
    if (!found) throw new Error(`queryX ENODATA ${name}`);
    return found as never;
  };
  return {
    resolveTxt: (name) => find('TXT', name),
    resolveMx: (name) => find('MX', name),
    resolveCname: (name) => find('CNAME', name),
    resolve4: (name) => find('A', name),
  };
};
const mail = (changes: Record<string, unknown[] | undefined>, identity: Identity | undefined = verified): MailDns => ({
  dns: dnsOf(changes),
  identity: async () => identity,
  fromEmail: 'hello@coresentia.com.au',
  replyTo: 'hello@coresentia.com.au',
  onLaptop: false,
});
const otherMailFrom = { ...verified, MailFromAttributes: { MailFromDomain: 'mail.example.net' } };

test.each<[check: string, level: string, given: MailDns, said: RegExp]>([
  ['SPF', 'ok', mail({}), /is aligned/],
  ['SPF', 'fail', mail({ 'TXT mail.coresentia.com.au': undefined }), /0 SPF records/],
  ['SPF', 'fail', mail({ 'TXT mail.coresentia.com.au': [['v=spf1 a ~all']] }), /does not name SES/],
  ['SPF', 'fail', mail({ 'TXT mail.coresentia.com.au': [['v=spf1 include:amazonses.com'], ['v=spf1 -all']] }), /2 SPF records/],
  ['SPF', 'fail', mail({ 'MX mail.coresentia.com.au': undefined }), /no MX/],
  [
    'SPF',
    'fail',
    mail(
      {
        'TXT mail.example.net': [['v=spf1 include:amazonses.com']],
        'MX mail.example.net': [{ exchange: 'feedback-smtp.ap-southeast-2.amazonses.com' }],
      },
      otherMailFrom,
    ),
    /not aligned/,
  ],
  ['SPF', 'warn', mail({}, { ...verified, MailFromAttributes: undefined }), /not aligned/],
  ['DKIM', 'ok', mail({}), /3 keys/],
  ['DKIM', 'fail', mail({ 'CNAME k2._domainkey.coresentia.com.au': undefined }), /1 of 3/],
  ['DKIM', 'fail', mail({}, undefined), /no DKIM keys|3 keys/],
  ['DMARC', 'ok', mail({}), /quarantine/],
  ['DMARC', 'warn', mail({ 'TXT _dmarc.coresentia.com.au': [['v=DMARC1; p=none']] }), /policy none/],
  ['DMARC', 'warn', mail({ 'TXT _dmarc.coresentia.com.au': [['v=DMARC1; p=reject; aspf=s']] }), /strict/],
  ['DMARC', 'fail', mail({ 'TXT _dmarc.coresentia.com.au': undefined }), /0 DMARC/],
  ['Reply-To', 'ok', mail({}), /receives mail/],
  ['Reply-To', 'fail', mail({ 'MX coresentia.com.au': [{ exchange: '' }] }), /receives no mail/],
  ['DKIM', 'skipped', { ...mail({}), onLaptop: true }, /laptop/],
])('DNS %s: %s', async (check, ...[level, given, said]) => {
  const identity = check === 'DKIM' && said.source.startsWith('no DKIM') ? async () => undefined : given.identity;
  expect(await lineOf(mailDnsChecks({ ...given, identity }), check)).toMatchObject({ level, what: expect.stringMatching(said) });
});

test.each([
  ['https://www.coresentia.com.au', 'ok'],
  ['https://set-me.supabase.co', 'fail'],
])('DNS address %s: %s', async (url, level) => {
  expect(await lineOf(addressChecks({ dns: dnsOf({}), urls: { portal: url }, onLaptop: false }), 'portal')).toMatchObject({ level });
});

const caller = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops_0123/me';
const goodAws = {
  'AWSEvents.DescribeRule': { State: 'ENABLED' },
  'AWSStepFunctions.DescribeStateMachine': { status: 'ACTIVE' },
  'AmazonSQS.GetQueueUrl': { QueueUrl: 'https://q' },
  'AmazonSQS.GetQueueAttributes': { Attributes: { ApproximateNumberOfMessages: '0' } },
  GetCallerIdentity: `<Arn>${caller}</Arn><Account>123456789012</Account>`,
  SimulatePrincipalPolicy: '<EvalDecision>allowed</EvalDecision>',
  ListSubscriptionsByTopic: '<SubscriptionArn>arn:aws:sns:ap-southeast-2:123456789012:t:1</SubscriptionArn>',
  '/2016-08-19/account-settings/': { AccountLimit: { ConcurrentExecutions: 1000 } },
  '/model/au.model%3A0/converse': { stopReason: 'max_tokens' },
};
const aws = (answers: Record<string, unknown>, changes: Partial<AwsAccount> = {}): AwsAccount => ({
  ask: awsAnswering({ ...goodAws, ...answers }),
  stage: 'prod',
  bedrockModelId: 'au.model:0',
  onLaptop: false,
  reservesConcurrency: false,
  ...changes,
});
const tenExecutions = { '/2016-08-19/account-settings/': { AccountLimit: { ConcurrentExecutions: 10 } } };

test.each<[check: string, level: string, given: AwsAccount, said: RegExp]>([
  ['rules', 'ok', aws({}), /all 18/],
  ['rules', 'fail', aws({ 'AWSEvents.DescribeRule': { State: 'DISABLED' } }), /switched off: invoice-updated/],
  ['rules', 'fail', aws({ 'AWSEvents.DescribeRule': 400 }), /answered 400/],
  ['state machines', 'ok', aws({}), /provisioning and offboarding are active/],
  ['state machines', 'fail', aws({ 'AWSStepFunctions.DescribeStateMachine': { status: 'DELETING' } }), /DELETING/],
  ['dead letters', 'ok', aws({}), /none/],
  [
    'dead letters',
    'fail',
    aws({ 'AmazonSQS.GetQueueAttributes': { Attributes: { ApproximateNumberOfMessages: '2' } } }),
    /2 in screen-invoice-dlq/,
  ],
  ['redrive permission', 'ok', aws({}), /may redrive/],
  ['redrive permission', 'fail', aws({ SimulatePrincipalPolicy: '<EvalDecision>implicitDeny</EvalDecision>' }), /may not/],
  ['redrive permission', 'warn', aws({ SimulatePrincipalPolicy: 403 }), /does not say/],
  ["operator's topic", 'ok', aws({}), /somebody hears/],
  [
    "operator's topic",
    'fail',
    aws({ ListSubscriptionsByTopic: '<SubscriptionArn>PendingConfirmation</SubscriptionArn>' }),
    /not confirmed/,
  ],
  ["operator's topic", 'fail', aws({ ListSubscriptionsByTopic: '<Subscriptions/>' }), /nobody/],
  ['concurrency quota', 'ok', aws({}), /may be set/],
  ['concurrency quota', 'warn', aws(tenExecutions), /^10:/],
  ['concurrency quota', 'fail', aws(tenExecutions, { reservesConcurrency: true }), /too few/],
  ['model access', 'ok', aws({}), /answers/],
  ['model access', 'fail', aws({ '/model/au.model%3A0/converse': 403 }), /no access/],
  ['model access', 'fail', aws({ '/model/au.model%3A0/converse': 400 }), /there is no/],
  ['model access', 'fail', aws({ '/model/au.model%3A0/converse': 503 }), /answered 503/],
  ['redrive permission', 'skipped', aws({}, { onLaptop: true }), /laptop/],
])('AWS %s: %s', async (check, ...[level, given, said]) => {
  expect(await lineOf(awsChecks(given), check)).toMatchObject({ level, what: expect.stringMatching(said) });
});

test('the role of an operator from IAM Identity Center is asked about under its path', async () => {
  const asked: unknown[] = [];
  const given = aws({});
  const ask: AwsAccount['ask'] = (call) => {
    if ('form' in call) asked.push(call.form['PolicySourceArn']);
    return given.ask(call);
  };
  await lineOf(awsChecks({ ...given, ask }), 'redrive permission');
  expect(asked).toContain('arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/ap-southeast-2/AWSReservedSSO_Ops_0123');
});

const failing = (name: string, run: () => Promise<never>) => ({ vendor: 'V', name, run });

describe('the report', () => {
  test('has one line per check, in order, and below it what to do', async () => {
    const reports = await examine([
      { vendor: 'A', name: 'one', run: async () => ({ level: 'ok', what: 'fine' }) },
      { vendor: 'B', name: 'two', run: async () => ({ level: 'fail', what: 'broken', todo: 'mend it' }) },
      { vendor: 'A', name: 'three', run: async () => ({ level: 'skipped', what: 'no such thing on a laptop' }) },
    ]);
    expect(reportText(reports).split('\n')).toEqual([
      'ok    A one    fine',
      'skip  A three  skipped: no such thing on a laptop',
      'FAIL  B two    broken',
      '               → mend it',
    ]);
    expect(summary(reports)).toBe('1 ok, 1 to mend, 0 to look at, 1 skipped');
    expect([exitCodeOf(reports), exitCodeOf(reports.filter(({ level }) => level !== 'fail'))]).toEqual([1, 0]);
  });

  test('a check that throws is a failure, and a stranger’s message stays unsaid', async () => {
    const [ours, theirs] = await examine([
      failing('ours', () => Promise.reject(new TerminalError('VendorAccountProblem', 'the secret x is empty'))),
      failing('theirs', () => Promise.reject(new TypeError('Authorization: Basic c2VjcmV0'))),
    ]);
    expect(ours).toMatchObject({ level: 'fail', what: 'the secret x is empty' });
    expect(theirs).toMatchObject({ level: 'fail', what: 'the check itself failed (TypeError)' });
  });

  test('SES’s answer about an identity is read for the DNS checks', async () => {
    expect(await identityOf(ses({}))).toMatchObject({ DkimAttributes: { Tokens: ['k1', 'k2', 'k3'] } });
  });
});

const namesOf = (type: string, property: string) =>
  ofType(templateOf('local'), type).map(([, { Properties }]) => String(Properties[property]).replace('coresentia-local-', ''));

test('the doctor looks at every rule and every dead letter queue of the stage', () => {
  expect([...rulesOf.ours, ...rulesOf.default].toSorted()).toEqual(namesOf('AWS::Events::Rule', 'Name').toSorted());
  expect(deadLetterQueues.toSorted()).toEqual(
    namesOf('AWS::SQS::Queue', 'QueueName')
      .filter((name) => name.endsWith('-dlq'))
      .toSorted(),
  );
});
