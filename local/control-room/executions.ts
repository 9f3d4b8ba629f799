/** What an operator does to executions in the console: through the Step Functions API, as the console does. */
import { RedriveExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { Refusal } from './refusal';
import type { Room } from './room';
import { findExecution } from './runs';

/** Redrives from the failed step. 409 with Step Functions' own words if that is not possible. */
export async function redriveRun(room: Room, id: string): Promise<{ executionArn: string }> {
  const { executionArn } = await findExecution(room, id);
  await asked(room, (client) => client.send(new RedriveExecutionCommand({ executionArn })));
  return { executionArn };
}

/** Stops a running execution, which can be redriven. 409 if it is not running. */
export async function stopRun(room: Room, id: string): Promise<{ executionArn: string }> {
  const { executionArn, status } = await findExecution(room, id);
  if (status !== 'RUNNING') throw new Refusal(409, `It is not running but ${status}: there is nothing to stop.`);
  await asked(room, (client) =>
    client.send(new StopExecutionCommand({ executionArn, error: 'Aborted', cause: 'by hand, in the control room' })),
  );
  return { executionArn };
}

async function asked(room: Room, ask: (client: SFNClient) => Promise<unknown>): Promise<void> {
  const client = new SFNClient({
    endpoint: room.laptop.endpoints.stepFunctions,
    region: 'ap-southeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    await ask(client);
  } catch (error) {
    throw new Refusal(409, error instanceof Error ? error.message : 'Step Functions refuses.');
  } finally {
    client.destroy();
  }
}
