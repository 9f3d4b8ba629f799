/** The provisioning state machine, from its ASL file. */
import { readFileSync } from 'node:fs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { stepNames } from '../shared/run';
import { acknowledge } from './acknowledge';
import { functionOfState } from './function-settings';
import type { Functions } from './functions';
import { keepsData, nameIn } from './names';
import type { StageName } from './stages';
import { aslFile } from './state-machine-file';

/** The ASL stands in the template as it is, so that CloudFormation's linter sees a substitution that nobody declares. */
export function provisioningStateMachine(scope: Construct, { stage, functions }: { stage: StageName; functions: Functions }): StateMachine {
  const stateMachineName = nameIn(stage, 'provisioning');
  const steps = stepNames.map((name) => ({ name, arn: functions.get(functionOfState(name)).functionArn }));
  const machine = new StateMachine(scope, 'Provisioning', {
    stateMachineName,
    definitionBody: DefinitionBody.fromString(readFileSync(aslFile, 'utf8')),
    definitionSubstitutions: Object.fromEntries(steps.map(({ name, arn }) => [`${name}Arn`, arn])),
    tracingEnabled: true,
    // Running executions, some of them weeks old, end with their machine.
    removalPolicy: keepsData(stage),
    logs: {
      destination: new LogGroup(scope, 'ProvisioningLogs', {
        // Names with this prefix need no room in the account's log resource policy.
        logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
        retention: RetentionDays.SIX_MONTHS,
        removalPolicy: keepsData(stage),
      }),
      level: LogLevel.ALL,
      includeExecutionData: false,
    },
  });
  machine.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: steps.map(({ arn }) => arn) }));
  acknowledge(machine, 'IAM5[Resource::*]', 'log delivery and X-Ray know no narrower resource');
  return machine;
}
