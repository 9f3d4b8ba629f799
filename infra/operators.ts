/** What the people on call may do, as a policy to attach to their role. */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { executionArns, functionArn, machineNames, nameIn, stateMachineArn } from './names';
import { numberFunctions } from './number-webhooks';
import type { Queues } from './queues';
import type { Secrets } from './secrets';
import type { StageName } from './stages';

interface OperatorsProps {
  stage: StageName;
  queues: Queues;
  secrets: Secrets;
  busArn: string;
}

const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });

/** Redrive, re-issue, look, put secrets in, empty dead letter queues, and speak for screening. Reading consoles is AWS's own ViewOnlyAccess. */
export function addOperators(stack: Construct, { stage, queues, secrets, busArn }: OperatorsProps): void {
  const scope = new Construct(stack, 'Operators');
  const logs = Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `/aws/lambda/${nameIn(stage, '*')}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const policy = new ManagedPolicy(scope, 'Policy', {
    managedPolicyName: nameIn(stage, 'operator'),
    description: 'For the people on call: see docs/runbook.md',
    statements: [
      allow(
        ['states:RedriveExecution', 'states:StopExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
        machineNames.map((machine) => executionArns(scope, stage, machine)),
      ),
      allow(
        ['states:ListExecutions', 'states:DescribeStateMachine'],
        machineNames.map((machine) => stateMachineArn(scope, stage, machine)),
      ),
      // npm run re-issue.
      allow(['states:StartExecution'], [stateMachineArn(scope, stage)]),
      allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], Object.values(secrets.arns)),
      allow(
        [
          'sqs:GetQueueAttributes',
          'sqs:GetQueueUrl',
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:StartMessageMoveTask',
          'sqs:SendMessage',
        ],
        queues.all.map(({ queueArn }) => queueArn),
      ),
      // npm run move-number, where no domain of our own stands in front.
      allow(
        ['lambda:GetFunctionUrlConfig'],
        numberFunctions.map((name) => functionArn(scope, stage, name)),
      ),
      allow(['events:PutEvents'], [busArn]),
      allow(['logs:FilterLogEvents', 'logs:StartQuery', 'logs:GetLogEvents'], [logs, `${logs}:*`]),
    ],
  });
  for (const machine of machineNames) {
    const executions = `arn:<AWS::Partition>:states:ap-southeast-2:<AWS::AccountId>:execution:${nameIn(stage, machine)}:*`;
    acknowledge(policy, `IAM5[Resource::${executions}]`, 'any execution of this one machine may need a redrive');
  }
  const group = `arn:<AWS::Partition>:logs:ap-southeast-2:<AWS::AccountId>:log-group:/aws/lambda/${nameIn(stage, '*')}`;
  for (const resource of [group, `${group}:*`]) acknowledge(policy, `IAM5[Resource::${resource}]`, 'the logs of this stage’s functions');
}
