import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { functionNames, functionSettings } from '../../infra/function-settings';
import { stages } from '../../infra/stages';
import { schemasUsedBy } from './sources';
import { functionOf, grantsOf, ofType, templateOf } from './template';

const template = templateOf('local');
const secretOf: Record<string, string> = {
  SUPABASE_SECRET_ID: 'coresentia/local/supabase',
  XERO_SECRET_ID: 'coresentia/local/xero',
  XERO_WEBHOOK_SECRET_ID: 'coresentia/local/xero-webhook',
  TWILIO_SECRET_ID: 'coresentia/local/twilio',
};

test('every function file is deployed, and nothing else', () => {
  const single = globSync('functions/*.ts').map((file) => basename(file, '.ts'));
  const folders = globSync('functions/*/index.{ts,tsx}').map((file) => basename(dirname(file)));
  expect(new Set<string>(functionNames)).toEqual(new Set([...single, ...folders]));
});

describe.each(functionNames)('%s', (name) => {
  const { properties, variables, statements } = functionOf(template, name);
  const grants = grantsOf(statements);

  test('has a fixed name, Node 24 on arm64, and the time and memory of its line', () => {
    const { memoryMb, timeoutSeconds } = functionSettings[name];
    expect(properties).toMatchObject({
      FunctionName: `coresentia-local-${name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: memoryMb,
      Timeout: timeoutSeconds,
      TracingConfig: { Mode: 'Active' },
    });
  });

  test('has the variables that its source reads, and no others', () => {
    const schemas = schemasUsedBy(name);
    const known = new Set(schemas.flatMap(({ schema }) => Object.keys(schema.shape)));
    expect(Object.keys(variables).filter((variable) => !known.has(variable))).toEqual([]);
    for (const { name, schema } of schemas)
      expect({ name, error: schema.safeParse(literal(variables)).error }).toEqual({ name, error: undefined });
  });

  test('reads the secrets that its variables name, and no others', () => {
    const secrets = Object.keys(variables).flatMap((variable) => secretOf[variable] ?? []);
    const readable = ofType(template, 'AWS::SecretsManager::Secret').filter(([id]) =>
      (grants['secretsmanager:GetSecretValue'] ?? '').includes(`"${id}"`),
    );
    expect(new Set(readable.map(([, { Properties }]) => Properties.Name))).toEqual(new Set(secrets));
  });

  test('may do nothing to everything, except hand in its traces', () => {
    const broad = statements.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(({ Action }) => Action);
    expect(broad).toEqual(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
    expect(Object.keys(grants).filter((action) => action.includes('*') && action !== 'kms:GenerateDataKey*')).toEqual([]);
  });
});

/** The variables with something in the place of every reference. */
function literal(variables: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([key, value]) => [key, typeof value === 'string' ? value : 'https://reference.test/']),
  );
}

/** The functions that may do something. */
const who = (action: string) => functionNames.filter((name) => Object.hasOwn(grantsOf(functionOf(template, name).statements), action));

describe('grants', () => {
  test('only those who mail may, as the brand and with our configuration set', () => {
    expect(who('ses:SendEmail')).toEqual(
      functionNames.filter((name) => (functionSettings[name].uses as readonly string[]).includes('mail')),
    );
    const statement = functionOf(template, 'send-welcome').statements.find(({ Action }) => Action === 'ses:SendEmail');
    expect(statement?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': stages.local.brand.fromEmail } });
    expect(JSON.stringify(statement?.Resource)).toMatch(/configuration-set\/coresentia-local.*identity\/coresentia\.com\.au/);
  });

  test('a waiting execution is woken by the portal, the nudge and the step itself, on a machine that is named, not referred to', () => {
    const ofOffboarding = ['await-release', 'nudge-offboarding', 'portal'];
    expect(new Set(who('states:SendTaskSuccess'))).toEqual(new Set(['await-onboarding', 'nudge-onboarding', ...ofOffboarding]));
    const resource = grantsOf(functionOf(template, 'portal').statements)['states:SendTaskSuccess'];
    expect(resource).toContain(':stateMachine:coresentia-local-provisioning');
    for (const name of ofOffboarding)
      expect(grantsOf(functionOf(template, name).statements)['states:SendTaskSuccess']).toContain(
        ':stateMachine:coresentia-local-offboarding',
      );
    expect(resource).not.toMatch(/GetAtt|"Provisioning/);
  });

  test('only who tells of failures reads histories and lists executions, of our machines alone', () => {
    expect(who('states:GetExecutionHistory')).toEqual(['alert-operator', 'audit-failures']);
    expect(who('states:ListExecutions')).toEqual(['audit-failures']);
    for (const machine of ['provisioning', 'offboarding']) {
      expect(grantsOf(functionOf(template, 'audit-failures').statements)['states:ListExecutions']).toContain(
        `:stateMachine:coresentia-local-${machine}`,
      );
      expect(grantsOf(functionOf(template, 'alert-operator').statements)['states:GetExecutionHistory']).toContain(
        `:execution:coresentia-local-${machine}:*`,
      );
    }
  });

  test('only offboarding stops a run, and only its undo lets one go on', () => {
    expect([who('states:StopExecution'), who('states:RedriveExecution')]).toEqual([['stop-provisioning'], ['complete-undo']]);
  });

  test('only those who answer leads talk to the model, through the profile and in both regions', () => {
    expect(who('bedrock:InvokeModel')).toEqual(['sms-webhook', 'recover-message', 'reconcile-messages']);
    const resource = grantsOf(functionOf(template, 'sms-webhook').statements)['bedrock:InvokeModel'];
    expect(resource).toMatch(
      /inference-profile\/au\.anthropic.*ap-southeast-2::foundation-model\/anthropic.*ap-southeast-4::foundation-model\/anthropic/,
    );
  });

  test('whoever may publish a notice may use the topic’s key', () => {
    expect(who('sns:Publish')).toEqual(
      functionNames.filter((name) => Object.hasOwn(functionOf(template, name).variables, 'OPERATOR_TOPIC_ARN')),
    );
    for (const name of who('sns:Publish')) expect(who('kms:GenerateDataKey*')).toContain(name);
  });
});
