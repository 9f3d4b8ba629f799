/** Names that are fixed per stage: running executions hold them for weeks, and grants on them need no reference (which could close a circle). */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageName } from './stages';

/** `coresentia-dev-provision-number` of `provision-number`. */
export function nameIn(stage: StageName, name: string): string {
  return `coresentia-${stage}-${name}`;
}

/** The provisioning state machine's ARN without a reference to it. */
export function stateMachineArn(scope: Construct, stage: StageName): string {
  return statesArn(scope, 'stateMachine', nameIn(stage, 'provisioning'));
}

/** Every execution of the provisioning state machine. */
export function executionArns(scope: Construct, stage: StageName): string {
  return statesArn(scope, 'execution', `${nameIn(stage, 'provisioning')}:*`);
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
