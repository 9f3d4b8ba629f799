/** The stage in what the operator reads. */
import { LambdaVariables, variables } from './config';

/** The stage that this function belongs to: it is called `coresentia-<stage>-<name>`. `unknown` outside Lambda. */
export function ownStage(): string {
  const [, stage = 'unknown'] = /^coresentia-([a-z]+)-/.exec(variables(LambdaVariables).AWS_LAMBDA_FUNCTION_NAME) ?? [];
  return stage;
}

/** How a command in a text names the stage: without it the command looks at the laptop. */
export function stageFlag(stage: string): string {
  return stage === 'local' ? '' : ` --stage ${stage}`;
}
