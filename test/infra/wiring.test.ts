import { readFileSync } from 'node:fs';
import { eventSource } from '../../shared/events';
import { offboardingSteps } from '../../shared/offboarding';
import { stepNames } from '../../shared/run';
import { functionOf, grantsOf, ofType, type Properties, referencesIn, statementsOf, type Template, templateOf } from './template';

const template = templateOf('local');
const all = (type: string): Properties[] => ofType(template, type).map(([id, { Properties }]) => ({ id, ...Properties }));
const rule = (name: string) => all('AWS::Events::Rule').find(({ Name }) => Name === `coresentia-local-${name}`)!;
const queue = (name: string) => all('AWS::SQS::Queue').find(({ QueueName }) => QueueName === `coresentia-local-${name}`)!;
const machineNamed = (name: string) =>
  all('AWS::StepFunctions::StateMachine').find(({ StateMachineName }) => StateMachineName === `coresentia-local-${name}`)!;
const machine = machineNamed('provisioning');
const offboarding = machineNamed('offboarding');

describe('from a webhook to an execution', () => {
  test('an updated invoice goes to the screening queue, for a day if need be, and then to its dead letters', () => {
    const { EventBusName, EventPattern, Targets } = rule('invoice-updated');
    expect(referencesIn({ EventBusName }).map((id) => template.Resources[id]?.Properties.Name)).toEqual(['coresentia-local']);
    expect(EventPattern).toEqual({ source: [eventSource], 'detail-type': ['Invoice Updated'] });
    expect(Targets).toMatchObject([{ RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } }]);
    expect(referencesIn(Targets)).toEqual([queue('screen-invoice').id, queue('screen-invoice-dlq').id]);
  });

  test('screening is tried for a day, longer than Xero’s daily limit lasts', () => {
    const { VisibilityTimeout, RedrivePolicy, MessageRetentionPeriod } = queue('screen-invoice');
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeGreaterThan(24 * 60 * 60);
    expect(MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
    expect(VisibilityTimeout).toBeGreaterThan(functionOf(template, 'screen-invoice').properties.Timeout);
  });

  test('screening takes ten at a time in at most two places, and one bad invoice holds up no other', () => {
    const mappings = all('AWS::Lambda::EventSourceMapping');
    const own = mappings.filter(({ EventSourceArn }) => referencesIn(EventSourceArn)[0] === queue('screen-invoice').id);
    expect(own).toMatchObject([
      { BatchSize: 3, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } },
    ]);
  });

  test('a paid deposit starts the state machine with the event’s detail', () => {
    const { EventPattern, Targets } = rule('deposit-paid');
    expect(EventPattern).toEqual({ source: [eventSource], 'detail-type': ['Deposit Paid'] });
    expect(Targets).toMatchObject([{ InputPath: '$.detail', RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } }]);
    expect(referencesIn(Targets[0].Arn)).toEqual([machine.id]);
    expect(referencesIn(Targets[0].DeadLetterConfig)).toEqual([queue('deposit-paid-dlq').id]);
  });

  test('a confirmed offboarding starts its own state machine with the event’s detail', () => {
    const { EventPattern, Targets } = rule('offboarding-confirmed');
    expect(EventPattern).toEqual({ source: [eventSource], 'detail-type': ['Offboarding Confirmed'] });
    expect(Targets).toMatchObject([{ InputPath: '$.detail', RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } }]);
    expect(referencesIn(Targets[0].Arn)).toEqual([offboarding.id]);
    expect(referencesIn(Targets[0].DeadLetterConfig)).toEqual([queue('undelivered-dlq').id]);
  });
});

describe('around the SMS conversation', () => {
  test.each([
    ['message-missed', 'Message Missed', 'recover-message'],
    ['lead-captured', 'Lead Captured', 'alert-owner'],
    ['call-missed', 'Call Missed', 'text-back-caller'],
  ])('%s goes to a queue of its own, is tried for hours, and then to its dead letters', (name, detailType, worker) => {
    const { EventPattern, Targets } = rule(name);
    expect(EventPattern).toEqual({ source: [eventSource], 'detail-type': [detailType] });
    expect(referencesIn(Targets)).toEqual([queue(worker).id, queue(`${worker}-dlq`).id]);
    const { VisibilityTimeout, RedrivePolicy } = queue(worker);
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * functionOf(template, worker).properties.Timeout);
    expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBeGreaterThan(4 * 60 * 60);
    const mappings = all('AWS::Lambda::EventSourceMapping');
    const own = mappings.filter(({ EventSourceArn }) => referencesIn(EventSourceArn)[0] === queue(worker).id);
    expect(own).toMatchObject([{ FunctionResponseTypes: ['ReportBatchItemFailures'] }]);
    expect(referencesIn(own[0]!.FunctionName)).toEqual([functionOf(template, worker).logicalId]);
  });

  test('a missed message waits until Twilio’s log shows what the fallback has answered', () => {
    expect(queue('recover-message').DelaySeconds).toBe(60);
  });
});

describe('beside the machine', () => {
  test.each([
    [
      'execution-ended',
      'alert-operator',
      { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [{ Ref: machine.id }, { Ref: offboarding.id }] },
    ],
    ['email-events', 'record-email-event', { mail: { tags: { 'ses:configuration-set': ['coresentia-local'] } } }],
    ['email-bounces', 'record-email-event', { mail: { tags: { 'ses:configuration-set': ['coresentia-local'] } } }],
  ])('%s on the default bus goes to %s', (name, target, detail) => {
    const { EventBusName, EventPattern, Targets } = rule(name);
    expect(EventBusName).toBeUndefined();
    expect(EventPattern.detail).toEqual(detail);
    expect(referencesIn(Targets)).toEqual([functionOf(template, target).logicalId, queue('undelivered-dlq').id]);
  });

  test.each([
    ['sweep-invoices', 'rate(30 minutes)'],
    ['nudge-onboarding', 'rate(1 hour)'],
    ['nudge-offboarding', 'rate(1 hour)'],
    ['reconcile-messages', 'rate(15 minutes)'],
    ['send-due-alerts', 'rate(5 minutes)'],
    ['purge-old-leads', 'rate(1 day)'],
  ])('%s runs at %s', (name, expression) => {
    expect(rule(name).ScheduleExpression).toBe(expression);
    expect(referencesIn(rule(name).Targets)).toContain(functionOf(template, name).logicalId);
  });

  test('a function that EventBridge calls leaves what it fails on in a queue', () => {
    const kept = all('AWS::Lambda::EventInvokeConfig').map(({ FunctionName, DestinationConfig }) => [
      template.Resources[FunctionName.Ref]?.Properties.FunctionName,
      referencesIn(DestinationConfig),
    ]);
    const names = [
      'sweep-invoices',
      'nudge-onboarding',
      'nudge-offboarding',
      'reconcile-messages',
      'send-due-alerts',
      'purge-old-leads',
      'alert-operator',
      'record-email-event',
      'send-sign-in-link',
    ];
    expect(kept).toEqual(expect.arrayContaining(names.map((name) => [`coresentia-local-${name}`, [queue('undelivered-dlq').id]])));
    const invoked = all('AWS::Events::Rule')
      .flatMap(({ Targets }) => referencesIn(Targets))
      .filter((id) => template.Resources[id]?.Type === 'AWS::Lambda::Function');
    expect(new Set(invoked).size).toBe(kept.length);
  });

  test.each(['email-events', 'email-bounces'])('%s leave the addresses of a mail behind', (name) => {
    const paths = rule(name).Targets.flatMap(({ InputTransformer }: { InputTransformer: { InputPathsMap: object } }) =>
      Object.values(InputTransformer.InputPathsMap),
    );
    const bounce = name === 'email-bounces' ? ['$.detail.bounce.bounceType'] : [];
    expect(paths.toSorted()).toEqual([...bounce, '$.detail.eventType', '$.detail.mail.messageId', '$.detail.mail.tags', '$.time']);
  });

  test('SES reports what the pipeline settles mails by', () => {
    const { EventDestination } = all('AWS::SES::ConfigurationSetEventDestination')[0]!;
    expect(EventDestination.Enabled).toBe(true);
    expect(EventDestination.MatchingEventTypes).toEqual(['send', 'delivery', 'bounce', 'complaint', 'reject']);
  });
});

describe.each([
  { name: 'provisioning', machine, steps: stepNames },
  { name: 'offboarding', machine: offboarding, steps: offboardingSteps },
])('the state machine $name', ({ name, machine, steps }) => {
  test('gets the ASL file as it is, with an ARN for every substitution', () => {
    expect(machine.DefinitionString).toBe(readFileSync(`state-machines/${name}.asl.json`, 'utf8'));
    const used = [...machine.DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(new Set(Object.keys(machine.DefinitionSubstitutions))).toEqual(new Set(used));
    for (const step of steps) {
      const [id] = referencesIn(machine.DefinitionSubstitutions[`${step}Arn`]);
      expect(template.Resources[id!]?.Properties.FunctionName).toBe(
        `coresentia-local-${step.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}`,
      );
    }
  });

  test('may call its steps and nothing else, and logs no data', () => {
    const grants = grantsOf(statementsOf(template, machine.RoleArn['Fn::GetAtt'][0]));
    expect(referencesIn(JSON.parse(grants['lambda:InvokeFunction']!))).toHaveLength(steps.length);
    expect(machine.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ALL' });
    expect(machine).toMatchObject({ StateMachineName: `coresentia-local-${name}`, TracingConfiguration: { Enabled: true } });
  });

  test('logs under the prefix that takes no room in the account’s log resource policy', () => {
    const [log] = referencesIn(machine.LoggingConfiguration);
    expect(template.Resources[log!]?.Properties.LogGroupName).toMatch(/^\/aws\/vendedlogs\//);
  });
});

/** The function whose URL it is, and the path behind it. */
function urlOf(value: unknown) {
  const [url, path] = (value as { 'Fn::Join': [string, [unknown, string]] })['Fn::Join'][1];
  const [urlId] = referencesIn(url);
  const [functionId] = referencesIn(template.Resources[urlId!]!.Properties.TargetFunctionArn);
  return [template.Resources[functionId!]!.Properties.FunctionName, path];
}

describe('public addresses', () => {
  const names = ['xero-webhook', 'sms-webhook', 'sms-fallback', 'record-message-status', 'voice-webhook', 'portal'];

  test('exactly the webhooks and the portal have one, with both permissions that AWS asks for', () => {
    const targets = all('AWS::Lambda::Url').map(({ TargetFunctionArn }) => referencesIn(TargetFunctionArn)[0]);
    expect(new Set(targets)).toEqual(new Set(names.map((name) => functionOf(template, name).logicalId)));
    for (const name of names) {
      const open = all('AWS::Lambda::Permission').filter(
        ({ FunctionName, Principal }) => Principal === '*' && referencesIn(FunctionName)[0] === functionOf(template, name).logicalId,
      );
      expect(
        open.map(({ Action, FunctionUrlAuthType, InvokedViaFunctionUrl }) => [Action, FunctionUrlAuthType ?? InvokedViaFunctionUrl]),
      ).toEqual([
        ['lambda:InvokeFunctionUrl', 'NONE'],
        ['lambda:InvokeFunction', true],
      ]);
    }
  });

  test('a number is pointed at the SMS function, with Twilio’s retries switched on', () => {
    expect(urlOf(functionOf(template, 'provision-number').variables['SMS_WEBHOOK_URL'])).toEqual([
      'coresentia-local-sms-webhook',
      'api/sms/webhook#rc=2&rp=all',
    ]);
    const { VOICE_WEBHOOK_URL, VOICE_STATUS_URL } = functionOf(template, 'provision-number').variables;
    expect(urlOf(VOICE_WEBHOOK_URL)).toEqual(['coresentia-local-voice-webhook', 'api/voice/webhook']);
    expect(urlOf(VOICE_STATUS_URL)).toEqual(['coresentia-local-voice-webhook', 'api/voice/status']);
    expect(urlOf(template.Outputs['SmsWebhookUrl']!.Value)).toEqual(['coresentia-local-sms-webhook', 'api/sms/webhook']);
    expect(urlOf(template.Outputs['XeroWebhookUrl']!.Value)).toEqual(['coresentia-local-xero-webhook', 'api/xero/webhook']);
  });
});

test.each(['sms-webhook', 'recover-message', 'reconcile-messages', 'text-back-caller', 'alert-owner', 'send-due-alerts'])(
  'what becomes of the texts of %s is reported to record-message-status',
  (name) => {
    const { SMS_STATUS_URL } = functionOf(template, name).variables;
    expect(urlOf(SMS_STATUS_URL)).toEqual(['coresentia-local-record-message-status', 'api/sms/status']);
  },
);

describe('what must not be lost or overheard', () => {
  test('secrets outlive the stack and are created empty', () => {
    const secrets = ofType(template, 'AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(4);
    for (const [, { DeletionPolicy, Properties }] of secrets) {
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties).not.toHaveProperty('GenerateSecretString');
      expect(Properties).not.toHaveProperty('SecretString');
    }
  });

  test('every log has an end', () => {
    for (const { RetentionInDays } of all('AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(180);
  });

  test('queues are encrypted, and refuse plain HTTP', () => {
    for (const { SqsManagedSseEnabled } of all('AWS::SQS::Queue')) expect(SqsManagedSseEnabled).toBe(true);
    expect(all('AWS::SQS::QueuePolicy')).toHaveLength(all('AWS::SQS::Queue').length);
  });

  test('alarms reach the encrypted operator topic', () => {
    const [topic] = all('AWS::SNS::Topic');
    for (const { AlarmActions, TreatMissingData } of all('AWS::CloudWatch::Alarm'))
      expect([referencesIn(AlarmActions), TreatMissingData]).toEqual([[topic!.id], 'notBreaching']);
    expect(policyFor(template, 'AWS::SNS::TopicPolicy')).toContain('cloudwatch.amazonaws.com');
    expect(JSON.stringify(all('AWS::KMS::Key')[0]!.KeyPolicy)).toContain('cloudwatch.amazonaws.com');
    expect(topic!.KmsMasterKeyId).toBeDefined();
  });

  test('every dead letter queue has an alarm', () => {
    const watched = all('AWS::CloudWatch::Alarm').flatMap(({ Dimensions }) => referencesIn(Dimensions));
    const names = ['screen-invoice', 'deposit-paid', 'recover-message', 'alert-owner', 'text-back-caller', 'undelivered'];
    for (const name of names.map((each) => `${each}-dlq`)) expect(watched).toContain(queue(name).id);
    for (const { id } of [machine, offboarding]) expect(watched).toContain(id);
  });
});

const policyFor = (template: Template, type: string) =>
  JSON.stringify(ofType(template, type).map(([, { Properties }]) => Properties.PolicyDocument));
