/** The pipeline's own parts on AWS: does everything run, is nothing stuck, and may the operator mend it? */
import * as z from 'zod';
import { machineNames, nameIn } from '../../names';
import type { StageName } from '../../stages';
import type { Answer } from '../ask';
import { accountOf, machineArn } from '../account';
import { type AskAws, elements } from '../aws';
import { type Check, fail, type Finding, notHere, ok, Unanswered, warn } from './check';

export interface AwsAccount {
  ask: AskAws;
  stage: StageName;
  bedrockModelId: string;
  onLaptop: boolean;
  /** Whether the stage gives the public functions reserved concurrency. */
  reservesConcurrency: boolean;
}

export function awsChecks(account: AwsAccount): Check[] {
  const check = (vendor: string, name: string, run: (account: AwsAccount) => Promise<Finding>): Check => ({
    vendor,
    name,
    run: () => run(account),
  });
  return [
    check('AWS', 'rules', rules),
    check('AWS', 'state machines', stateMachines),
    check('AWS', 'dead letters', deadLetters),
    check('AWS', 'redrive permission', redrivePermission),
    check('AWS', "operator's topic", topic),
    check('AWS', 'concurrency quota', quota),
    check('Bedrock', 'model access', model),
  ];
}

function read<T extends z.ZodType>(who: string, answer: Answer, schema: T): z.infer<T> {
  const parsed = schema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return parsed.data;
  throw new Unanswered(who, answer, 'May this profile read it? Is it the right account, and is the stage deployed?');
}

/** Every rule of the stage by its bus. */
export const rulesOf = {
  ours: ['invoice-updated', 'deposit-paid', 'message-missed', 'lead-captured', 'link-requested', 'call-missed', 'offboarding-confirmed'],
  default: [
    'execution-ended',
    'email-events',
    'email-bounces',
    'sweep-invoices',
    'nudge-onboarding',
    'nudge-offboarding',
    'audit-failures',
    'audit-accounts',
    'reconcile-messages',
    'send-due-alerts',
    'purge-old-leads',
  ],
} as const;

async function rules({ ask, stage }: AwsAccount) {
  const off: string[] = [];
  const describe = async (name: string, EventBusName: string) => {
    const answer = await ask({ service: 'events', target: 'AWSEvents.DescribeRule', json: { Name: nameIn(stage, name), EventBusName } });
    const { State } = read('EventBridge', answer, z.object({ State: z.string() }));
    if (!State.startsWith('ENABLED')) off.push(name);
  };
  for (const name of rulesOf.ours) await describe(name, `coresentia-${stage}`);
  for (const name of rulesOf.default) await describe(name, 'default');
  const count = rulesOf.ours.length + rulesOf.default.length;
  return off.length === 0
    ? ok(`all ${count} are enabled`)
    : fail(`switched off: ${off.join(', ')}`, 'Find out who did it and why; then EventBridge console > Rules > Enable.');
}

async function stateMachines(aws: AwsAccount) {
  const { account } = await accountOf(aws);
  for (const name of machineNames) {
    const json = { stateMachineArn: machineArn(account, aws.stage, name) };
    const answer = await aws.ask({ service: 'states', target: 'AWSStepFunctions.DescribeStateMachine', json });
    const { status } = read('Step Functions', answer, z.object({ status: z.string() }));
    if (status !== 'ACTIVE') return fail(`${name} is ${status}`, 'Deploy the stage.');
  }
  return ok(`${machineNames.join(' and ')} are active`);
}

export const deadLetterQueues = ['screen-invoice', 'deposit-paid', 'recover-message', 'alert-owner', 'text-back-caller', 'undelivered'].map(
  (name) => `${name}-dlq`,
);

async function deadLetters({ ask, stage }: AwsAccount) {
  const full: string[] = [];
  for (const name of deadLetterQueues) {
    const asked = await ask({ service: 'sqs', target: 'AmazonSQS.GetQueueUrl', json: { QueueName: nameIn(stage, name) } });
    const { QueueUrl } = read('SQS', asked, z.object({ QueueUrl: z.string() }));
    const json = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] };
    const answer = await ask({ service: 'sqs', target: 'AmazonSQS.GetQueueAttributes', json });
    const Attributes = z.object({ Attributes: z.object({ ApproximateNumberOfMessages: z.coerce.number() }) });
    const count = read('SQS', answer, Attributes).Attributes.ApproximateNumberOfMessages;
    if (count > 0) full.push(`${count} in ${name}`);
  }
  return full.length === 0 ? ok('none') : fail(full.join(', '), 'See "Dead letters" in docs/runbook.md.');
}

/** IAM's own simulation, of redriving any execution and of starting one by hand. */
async function redrivePermission(aws: AwsAccount) {
  if (aws.onLaptop) return notHere();
  const { account, caller } = await accountOf(aws);
  const resource = machineArn(account, aws.stage).replace(':stateMachine:', ':execution:');
  const form = {
    Action: 'SimulatePrincipalPolicy',
    Version: '2010-05-08',
    PolicySourceArn: principalOf(caller),
    'ActionNames.member.1': 'states:RedriveExecution',
    'ResourceArns.member.1': `${resource}:any`,
  };
  const answer = await aws.ask({ service: 'iam', form });
  const [decision] = elements(answer.body, 'EvalDecision');
  const todo = `Give the operators' role the policy ${nameIn(aws.stage, 'operator')} of the stack.`;
  if (answer.status !== 200 || !decision) return warn('IAM does not say whether this profile may redrive', todo);
  return decision === 'allowed' ? ok('this profile may redrive') : fail('this profile may not redrive', todo);
}

/** IAM wants the role of a session. Roles of IAM Identity Center have a path that their sessions do not show. */
function principalOf(caller: string): string {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(caller) ?? [];
  if (!account || !role) return caller;
  const path = role.startsWith('AWSReservedSSO_') ? 'aws-reserved/sso.amazonaws.com/ap-southeast-2/' : '';
  return `arn:aws:iam::${account}:role/${path}${role}`;
}

/** An e-mail subscription counts only after the click on AWS's link; until then every alarm goes nowhere. */
async function topic(aws: AwsAccount) {
  if (aws.onLaptop) return notHere();
  const { account } = await accountOf(aws);
  const TopicArn = `arn:aws:sns:ap-southeast-2:${account}:${nameIn(aws.stage, 'operator')}`;
  const answer = await aws.ask({ service: 'sns', form: { Action: 'ListSubscriptionsByTopic', Version: '2010-03-31', TopicArn } });
  if (answer.status !== 200) throw new Unanswered('SNS', answer, 'Deploy the stage.');
  const arns = elements(answer.body, 'SubscriptionArn');
  if (arns.some((arn) => arn.startsWith('arn:'))) return ok('somebody hears notices and alarms');
  if (arns.length > 0)
    return fail(
      'the subscription is not confirmed: alarms go nowhere',
      'Click the link in the mail "AWS Notification - Subscription Confirmation".',
    );
  return fail('nobody subscribes to notices and alarms', 'Set operatorEmail in infra/stages.ts and deploy.');
}

/** AWS keeps 100 of the account's concurrency unreserved, and new accounts have 10 in all. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
async function quota({ ask, onLaptop, reservesConcurrency }: AwsAccount) {
  if (onLaptop) return notHere();
  const Limits = z.object({ AccountLimit: z.object({ ConcurrentExecutions: z.number() }) });
  const answer = await ask({ service: 'lambda', path: '/2016-08-19/account-settings/' });
  const { ConcurrentExecutions: allowed } = read('Lambda', answer, Limits).AccountLimit;
  const more = 'Service Quotas console > Lambda > Concurrent executions: ask for 1,000.';
  if (allowed < 1000 && reservesConcurrency)
    return fail(
      `${allowed}: too few for reserved concurrency`,
      `Take reservedConcurrency out of infra/stages.ts until it is granted. ${more}`,
    );
  if (allowed < 1000) return warn(`${allowed}: a busy minute may answer 429 to SMS`, more);
  return reservesConcurrency
    ? ok(`${allowed}, with a share reserved for the public functions`)
    : ok(`${allowed}: reservedConcurrency in infra/stages.ts may be set`);
}

/** Access is proved by one answer of one token (US$0.00001). */
async function model({ ask, bedrockModelId }: AwsAccount) {
  const json = { messages: [{ role: 'user', content: [{ text: 'ping' }] }], inferenceConfig: { maxTokens: 1 } };
  const answer = await ask({ service: 'bedrock', path: `/model/${encodeURIComponent(bedrockModelId)}/converse`, json });
  if (answer.status === 200) return ok(`${bedrockModelId} answers`);
  const todo =
    'Bedrock console (ap-southeast-2) > Model catalog > the model: accept its terms. Until then replies are worded by the template.';
  if (answer.status === 403) return fail('no access to the model', todo);
  if (answer.status === 404 || answer.status === 400)
    return fail(`there is no ${bedrockModelId} here`, 'Correct bedrockModelId in infra/stages.ts.');
  throw new Unanswered('Bedrock', answer, 'Replies are worded by the template meanwhile. Try again later.');
}
