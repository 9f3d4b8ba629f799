/** The state machines, from their ASL files. */
import { readFileSync } from 'node:fs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { offboardingSteps } from '../shared/offboarding';
import { stepNames } from '../shared/run';
import { acknowledge } from './acknowledge';
import { functionOfState, pascalCase } from './function-settings';
import type { Functions } from './functions';
import { keepsData, type MachineName, nameIn } from './names';
import type { StageName } from './stages';
import { aslFile, offboardingAslFile } from './state-machine-file';

interface MachineProps {
  stage: StageName;
  functions: Functions;
}

/** From deposit paid to client live. */
export function provisioningStateMachine(scope: Construct, props: MachineProps): StateMachine {
  return stateMachine(scope, { ...props, name: 'provisioning', file: aslFile, steps: stepNames });
}

/** A client leaves, and may come back. */
export function offboardingStateMachine(scope: Construct, props: MachineProps): StateMachine {
  return stateMachine(scope, { ...props, name: 'offboarding', file: offboardingAslFile, steps: offboardingSteps });
}

interface Definition extends MachineProps {
  name: MachineName;
  file: string;
  steps: readonly string[];
}

/** The ASL stands in the template as it is, so that CloudFormation's linter sees a substitution that nobody declares. */
function stateMachine(scope: Construct, { stage, functions, name, file, steps: names }: Definition): StateMachine {
  const stateMachineName = nameIn(stage, name);
  const steps = names.map((step) => ({ step, arn: functions.get(functionOfState(step)).functionArn }));
  const machine = new StateMachine(scope, pascalCase(name), {
    stateMachineName,
    definitionBody: DefinitionBody.fromString(readFileSync(file, 'utf8')),
    definitionSubstitutions: Object.fromEntries(steps.map(({ step, arn }) => [`${step}Arn`, arn])),
    tracingEnabled: true,
    // Running executions, some of them weeks old, end with their machine.
    removalPolicy: keepsData(stage),
    logs: {
      destination: new LogGroup(scope, `${pascalCase(name)}Logs`, {
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
