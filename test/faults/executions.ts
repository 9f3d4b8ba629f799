/** What an operator does with executions, through Step Functions' own API. */
import type { World } from './world';

async function act(world: World, action: string, executionArn: string): Promise<void> {
  const headers = { 'x-amz-target': `AWSStepFunctions.${action}`, 'content-type': 'application/x-amz-json-1.0' };
  const answer = await fetch(world.stepFunctions.url, { method: 'POST', headers, body: JSON.stringify({ executionArn }) });
  if (!answer.ok) throw new Error(`${action} was refused: ${await answer.text()}`);
  await answer.body?.cancel();
}

export const stopExecution = (world: World, arn: string) => act(world, 'StopExecution', arn);
export const redriveExecution = (world: World, arn: string) => act(world, 'RedriveExecution', arn);
