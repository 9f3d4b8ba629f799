import { readFileSync } from 'node:fs';
import { ownPaths } from '../../infra/front-door';
import { publicFunctions } from '../../infra/function-urls';
import { type StageSettings, stages } from '../../infra/stages';
import { synthesise } from '../../infra/synthesise';
import { functionOf, ofType, referencesIn, type Resource, type Statement, type Template, templateOf } from './template';

const template = templateOf('local');
const made = (changes: Partial<StageSettings>) => synthesise({ ...stages.local, ...changes }) as unknown as Template;
const named = (name: string) => `coresentia-local-${name}`;

describe('alarms', () => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!.toLowerCase().replaceAll(' ', '-'),
  );

  test('each links a section of the runbook that exists', () => {
    const linked = alarms.map(
      ({ AlarmDescription }) => /docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1] ?? `no link: ${AlarmDescription}`,
    );
    expect(linked.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  test('the runbook has the situations that the issue asks for, and its own links lead somewhere', () => {
    expect(headings).toEqual(
      expect.arrayContaining([
        'xero-webhook-disabled',
        'twilio-suspended',
        'supabase-down',
        'redrive',
        're-issue',
        'refund',
        'secret-rotation',
        'restoring',
      ]),
    );
    const links = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((anchor) => !headings.includes(anchor!))).toEqual([]);
  });

  test('every public function has one for server errors, and refused calls have one', () => {
    const url5xx = alarms.filter(({ MetricName }) => MetricName === 'Url5xxCount').map(({ AlarmName }) => AlarmName);
    expect(url5xx).toEqual(publicFunctions.map((name) => named(`${name}-5xx`)));
    expect(alarms.find(({ AlarmName }) => AlarmName === named('throttled'))).toMatchObject({ MetricName: 'Throttles' });
  });

  test('every dead letter queue has one', () => {
    const watched = alarms.flatMap(({ Dimensions }) => referencesIn(Dimensions));
    const dead = ofType(template, 'AWS::SQS::Queue').filter(([, { Properties }]) => Properties.QueueName.endsWith('-dlq'));
    expect(dead.length).toBeGreaterThan(2);
    expect(dead.filter(([id]) => !watched.includes(id))).toEqual([]);
  });
});

test('every rule has a dead letter queue for what it cannot deliver', () => {
  for (const [, { Properties }] of ofType(template, 'AWS::Events::Rule'))
    for (const target of Properties.Targets) expect(referencesIn(target.DeadLetterConfig)).toHaveLength(1);
});

const reserved = (of: Template) =>
  ofType(of, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
    Properties.ReservedConcurrentExecutions === undefined ? [] : [Properties.FunctionName],
  );

describe('reserved concurrency', () => {
  test('is off by default: a new account could not be deployed to', () => {
    expect(Object.values(stages).map(({ reservedConcurrency }) => reservedConcurrency)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(reserved(template)).toEqual([]);
  });

  test('is each public function’s when it is set', () => {
    expect(new Set(reserved(made({ reservedConcurrency: 50 })))).toEqual(new Set(publicFunctions.map(named)));
  });
});

const kept = (of: Template) =>
  ['AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::StepFunctions::StateMachine', 'AWS::SecretsManager::Secret', 'AWS::KMS::Key'].map(
    (type) => [type, new Set(ofType(of, type).map(([, { DeletionPolicy }]) => DeletionPolicy ?? 'Delete'))],
  );

test('what holds data stays when a stage with real clients goes, and goes with a stage to play with', () => {
  for (const stage of ['prod', 'staging'] as const)
    for (const [, policies] of kept(made({ stage }))) expect(policies).toEqual(new Set(['Retain']));
  expect(
    kept(made({ stage: 'dev' }))
      .slice(0, 3)
      .map(([, policies]) => policies),
  ).toEqual([new Set(['Delete']), new Set(['Delete']), new Set(['Delete'])]);
});

describe('the dashboard', () => {
  const [[, { Properties }]] = ofType(template, 'AWS::CloudWatch::Dashboard') as unknown as [[string, Resource]];
  const body = JSON.stringify(Properties);
  test.each([
    'Runs by state',
    'TimeToLive',
    'cost per client',
    'UrlRequestLatency',
    'left to the fallback',
    'MailsBounced',
    'ApproximateNumberOfMessagesVisible',
  ])('shows %s', (what) => expect(body).toContain(what));
});

describe('operators', () => {
  const [[, { Properties }]] = ofType(template, 'AWS::IAM::ManagedPolicy') as unknown as [[string, Resource]];
  test('may redrive this machine’s executions and start new ones, no other’s, and nothing with everything', () => {
    const Statement = Properties.PolicyDocument.Statement as Statement[];
    const redrive = Statement.find(({ Action }) => [Action].flat().includes('states:RedriveExecution'));
    expect(JSON.stringify(redrive?.Resource)).toContain(':execution:coresentia-local-provisioning:*');
    const start = Statement.find(({ Action }) => [Action].flat().includes('states:StartExecution'));
    expect(JSON.stringify(start?.Resource)).toContain(':stateMachine:coresentia-local-provisioning"');
    expect(Statement.flatMap(({ Resource }) => [Resource].flat())).not.toContain('*');
    expect(Statement.flatMap(({ Action }) => [Action].flat()).filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe('on a domain of its own', () => {
  const customDomain = {
    domainName: 'www.coresentia.com.au',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
    websiteOrigin: 'coresentia.example.net',
  };
  const fronted = made({ customDomain });
  const distributions = ofType(fronted, 'AWS::CloudFront::Distribution').map(([, { Properties }]) => Properties.DistributionConfig);
  const [distribution] = distributions;
  const originOf = (id: string) => distribution.Origins.find(({ Id }: { Id: string }) => Id === id);

  test('there is one distribution, and without the setting none', () => {
    expect(distributions).toHaveLength(1);
    expect(distribution).toMatchObject({
      Aliases: ['www.coresentia.com.au'],
      ViewerCertificate: { AcmCertificateArn: customDomain.certificateArn },
    });
    expect(ofType(template, 'AWS::CloudFront::Distribution')).toEqual([]);
  });

  test('the SOP’s four paths and the pages’ own go to the functions, untouched and uncached', () => {
    const behaviours = distribution.CacheBehaviors as {
      PathPattern: string;
      TargetOriginId: string;
      CachePolicyId: string;
      AllowedMethods: string[];
    }[];
    expect(behaviours.map(({ PathPattern }) => PathPattern)).toEqual(ownPaths.map(([pattern]) => pattern));
    expect(behaviours.map(({ PathPattern }) => PathPattern)).toEqual(
      expect.arrayContaining(['/api/sms/webhook', '/api/xero/webhook', '/onboarding', '/dashboard/*']),
    );
    for (const { PathPattern, TargetOriginId, CachePolicyId, AllowedMethods } of behaviours) {
      const [urlId] = referencesIn(originOf(TargetOriginId).DomainName);
      const [functionId] = referencesIn(fronted.Resources[urlId!]!.Properties.TargetFunctionArn);
      const [, name] = ownPaths.find(([pattern]) => pattern === PathPattern)!;
      expect(fronted.Resources[functionId!]!.Properties.FunctionName).toBe(named(name));
      expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad'); // AWS's CachingDisabled
      expect(AllowedMethods).toContain('POST');
    }
  });

  test('every other path goes on to the website', () => {
    expect(originOf(distribution.DefaultCacheBehavior.TargetOriginId)).toMatchObject({
      DomainName: 'coresentia.example.net',
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
    });
  });

  test('signatures, mails and outputs all name that domain', () => {
    expect(functionOf(fronted, 'provision-number').variables['SMS_WEBHOOK_URL']).toBe(
      'https://www.coresentia.com.au/api/sms/webhook#rc=2&rp=all',
    );
    for (const name of ['sms-webhook', 'voice-webhook', 'portal'])
      expect(functionOf(fronted, name).variables['PUBLIC_URL']).toBe('https://www.coresentia.com.au');
    expect(functionOf(fronted, 'send-welcome').variables['PORTAL_URL']).toBe('https://www.coresentia.com.au/');
    expect(fronted.Outputs).toHaveProperty('FrontDoorDomainName');
  });
});
