/** What every step of the state machine has in common: check the input, note the attempt, run, note the evidence. */
import * as z from 'zod';
import { log } from './log';
import type { Evidence, Ledger } from './ports/ledger';
import type { Run, StepName } from './run';

/** What the ASL passes to every step; `taskToken` to callback Tasks only. */
export const StepInput = z.object({
  runId: z.uuid(),
  executionId: z.string(),
  redriveCount: z.int().nonnegative().default(0),
  taskToken: z.string().optional(),
});
export type StepInput = z.infer<typeof StepInput>;

/** `evidence` goes to the checklist; `output` into the execution's state, so ids and times only. */
export interface StepResult {
  evidence: Evidence;
  output?: Record<string, string>;
}

/** A step's own work. It throws to fail. `redriveCount` counts every restart of the run, those of earlier executions included. */
export type StepWork<S> = (run: Run, services: S, input: StepInput) => Promise<StepResult>;

/** Lazily made services, one factory per role. */
export type Factories<S> = { [Role in keyof S]: () => Promise<S[Role]> };

/** Makes every service of a handler. */
export async function make<S extends object>(factories: Factories<S>): Promise<S> {
  const made: Partial<S> = {};
  for (const role in factories) made[role] = await factories[role]();
  return complete(made, factories);
}

function complete<S extends object>(made: Partial<S>, factories: Factories<S>): S {
  const isComplete = (parts: Partial<S>): parts is S => Object.keys(factories).every((role) => role in parts);
  if (!isComplete(made)) throw new Error('a service is missing');
  return made;
}

/** The Lambda handler of a step: its work gets the services it asks for, the ledger is for the checklist as well. */
export function step<S extends object>(name: StepName, work: StepWork<S>, factories: Factories<S & { ledger: Ledger }>) {
  return async (event: unknown): Promise<Record<string, string>> => {
    const input = StepInput.parse(event);
    const services = await make(factories);
    const { runId } = input;
    try {
      const { doneBefore, earlierRestarts = 0, ...run } = await services.ledger.beginStep({ ...input, step: name });
      if (doneBefore) {
        log.info('step was done before the run was re-issued', { step: name, runId });
        return doneBefore;
      }
      const { evidence, output } = await work(run, services, { ...input, redriveCount: earlierRestarts + input.redriveCount });
      await services.ledger.finishStep({ runId, step: name, evidence, output });
      log.info('step done', { step: name, runId });
      return output ?? {};
    } catch (error) {
      await noteFailure(services.ledger, { runId, step: name, error });
      throw error;
    }
  };
}

/** Best effort: the error that Step Functions must see is the step's own. */
async function noteFailure(ledger: Ledger, failed: { runId: string; step: StepName; error: unknown }): Promise<void> {
  const { name, message } = failed.error instanceof Error ? failed.error : new Error('a step threw something that is no error');
  log.warn('step failed', { step: failed.step, runId: failed.runId, error: name });
  try {
    await ledger.failStep({ runId: failed.runId, step: failed.step, error: name, message });
  } catch {
    log.error('the failure could not be noted in the checklist', { step: failed.step, runId: failed.runId });
  }
}
