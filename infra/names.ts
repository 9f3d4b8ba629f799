/** Names that are fixed per stage: running executions hold them for weeks, and grants on them need no reference (which could close a circle). */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageName } from './stages';

/** `coresentia-dev-provision-number` of `provision-number`. */
export function nameIn(stage: StageName, name: string): string {
  return `coresentia-${stage}-${name}`;
}

/** Every state machine of a stage. The operator is told of whatever fails in any of them. */
export const machineNames = ['provisioning', 'offboarding'] as const;
export type MachineName = (typeof machineNames)[number];

/** A state machine's ARN without a reference to it. */
export function stateMachineArn(scope: Construct, stage: StageName, machine: MachineName = 'provisioning'): string {
  return statesArn(scope, 'stateMachine', nameIn(stage, machine));
}

/** Every execution of a state machine. */
export function executionArns(scope: Construct, stage: StageName, machine: MachineName = 'provisioning'): string {
  return statesArn(scope, 'execution', `${nameIn(stage, machine)}:*`);
}

/** A function's ARN without a reference to it. */
export function functionArn(scope: Construct, stage: StageName, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: nameIn(stage, name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function statesArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** What holds data outlives its stack where real clients are; a stage to play with leaves nothing behind. */
export function keepsData(stage: StageName): RemovalPolicy {
  return stage === 'prod' || stage === 'staging' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
