/** What an execution's ARN tells: `arn:aws:states:<region>:<account>:execution:coresentia-prod-offboarding:<name>`. Pure. */
export interface ExecutionParts {
  /** `Offboarding` */
  machine: string;
  /** `prod` */
  stage: string;
  name: string;
}

export function partsOf(executionArn: string): ExecutionParts {
  const [stateMachine = '', name = ''] = executionArn.split(':').slice(6);
  const [, stage = '', word = ''] = stateMachine.split('-');
  return { machine: word.charAt(0).toUpperCase() + word.slice(1), stage, name };
}
