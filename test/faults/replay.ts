/** Plays one scene with something going wrong, and mends it as the pipeline and its operator do. */
import { globSync, readFileSync } from 'node:fs';
import { kebabCase, pascalCase } from '../../infra/function-settings';
import { StateError } from '../../local/step-functions/errors';
import { Retrier, retryDelayMs } from '../../local/step-functions/retry';
import type { StepFunctions } from '../../local/step-functions/server';
import { stopExecution } from './executions';
import type { Version } from './functions';
import { settleMails } from './operator-word';
import { type Outcome, outcomeSince, sentTwice, type Start, startOf } from './outcome';
import { goBackTo } from './prepared';
import type { Recovery } from './recoveries';
import { deliveriesOf } from './rules';
import { withShortLimits } from './short-limits';
import type { Scene } from './tour';
import type { Call, Shot } from './wire';
import { type Ran, shortName, type World } from './world';

/** What a replay came to. `help`: what it took beyond Retry. */
export interface Replayed extends Outcome {
  attempts: number;
  redrives: number;
  settled: number;
  done: boolean;
  lastError: string;
  /** The execution that waited. */
  wait: 'none' | 'open' | 'answered' | 'stopped';
  /** Mails that went out twice before anybody said that they should. */
  early: string[];
}

const CALLBACK = 'arn:aws:states:ap-southeast-2:000000000000:stateMachine:callback';
/** A state machine that only waits for a token: what a prepared AwaitOnboarding hangs on. */
export const callbackMachine = {
  name: 'callback',
  arn: CALLBACK,
  definition: {
    StartAt: 'Wait',
    States: {
      Wait: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'callback', Payload: { 'taskToken.$': '$$.Task.Token' } },
        TimeoutSeconds: 2_592_000,
        End: true,
      },
    },
  },
};

/** Of every state machine. */
const states: Record<string, { Retry?: unknown[] }> = Object.assign(
  {},
  ...globSync('state-machines/*.asl.json').map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { States: object }).States),
);
const callbacks = ['await-onboarding', 'await-release'];

export class Replayer {
  readonly #world: World;
  readonly #retriers: ReadonlyMap<string, Retrier[]>;
  #token = '';
  #sessions = false;
  #early = new Set<string>();
  readonly #settled = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.#retriers = new Map(Object.entries(states).map(([name, { Retry = [] }]) => [name, Retry.map((one) => Retrier.parse(one))]));
  }

  /** `shots` hit the first attempt, `later` the second. */
  async play(
    scene: Scene,
    { shots, later = [], recovery }: { shots: readonly Shot[]; later?: readonly Shot[]; recovery: Recovery },
  ): Promise<Replayed> {
    const world = this.#world;
    const wait = await this.#prepare(scene);
    const start = startOf(world);
    const state = pascalCase(scene.fn);
    const used: number[] = [];
    let [attempts, redrives] = [0, 0];
    let version: Version = 'today';
    let lastError = '';
    let done = false;
    while (!done && attempts < 12) {
      const now = attempts === 0 ? shots : attempts === 1 ? later : [];
      const ran = await this.#attempt(scene, { shots: now, redrives, version });
      attempts += 1;
      lastError = failureOf(ran, scene);
      done = lastError === '';
      await this.#aftermath(start);
      if (done) break;
      const retry = recovery === 'retrier' || attempts > 1 ? this.#retryMs(scene, { state, used, lastError }) : undefined;
      if (retry !== undefined) {
        await this.#pass(retry, start);
        continue;
      }
      await this.#pass(restMs(scene), start);
      for (const id of await settleMails(world, start.mailStart)) this.#settled.add(id);
      redrives += 1;
      if (recovery === 'next version') version = 'next';
      used.length = 0;
      if (redrives > 4) break;
    }
    await this.#pass(2000, start);
    for (const event of scene.sequel) await world.run(scene.fn, { event });
    if (wait && scene.fn === 'portal')
      for (const nudge of ['nudge-onboarding', 'nudge-offboarding']) await this.#next(nudge, 3_600_000, start);
    if (scene.fn === 'alert-owner') await this.#next('send-due-alerts', 86_400_000, start);
    return {
      attempts,
      redrives,
      settled: this.#settled.size,
      done,
      lastError,
      ...(await outcomeSince(start, world)),
      wait: this.#wait(wait, world.stepFunctions),
      early: [...this.#early],
    };
  }

  /** What the first attempt calls when these shots hit it. */
  async callsOf(scene: Scene, shots: readonly Shot[]): Promise<Call[]> {
    await this.#prepare(scene);
    const { calls } = await this.#attempt(scene, { shots, redrives: 0, version: 'today' });
    await this.#aftermath(startOf(this.#world));
    return calls;
  }

  async #prepare(scene: Scene): Promise<string> {
    const world = this.#world;
    this.#sessions = scene.fn === 'portal';
    await goBackTo(world, scene, { sessions: this.#sessions });
    this.#early.clear();
    this.#settled.clear();
    return this.#execution(scene);
  }

  /** The execution that the scene has to do with: one that waits, or that was stopped while it waited. */
  async #execution({ fn, event, calls }: Scene): Promise<string> {
    const world = this.#world;
    const isDriven = calls.includes('stepfunctions StopExecution') || calls.includes('stepfunctions RedriveExecution');
    if (!calls.includes('stepfunctions SendTaskSuccess') && !callbacks.includes(fn) && !isDriven) return '';
    if (calls.includes('stepfunctions RedriveExecution') && calls.includes('sns Publish')) return ''; // too old to be redriven
    const { executionArn } = await world.stepFunctions.startExecution({ stateMachineArn: CALLBACK });
    await world.kernel.activity.idle();
    if (isDriven) {
      const { offboardingId } = event as { offboardingId: string };
      await world.rpc('test_provisioning_execution', { p_offboarding_id: offboardingId, p_execution_id: executionArn });
      const isStopped = calls.includes('stepfunctions RedriveExecution') && !calls.includes('stepfunctions DescribeExecution');
      if (isStopped) await stopExecution(world, executionArn);
      return executionArn;
    }
    const history = JSON.stringify(world.stepFunctions.history(executionArn));
    this.#token = /taskToken\\+":\s*\\+"([^"\\]+)/.exec(history)?.[1] ?? '';
    if (!this.#token) throw new Error('the callback has no token');
    if (!callbacks.includes(fn)) await world.rpc('test_wait_token', { p_token: this.#token });
    return executionArn;
  }

  async #attempt(scene: Scene, { shots, redrives, version }: { shots: readonly Shot[]; redrives: number; version: Version }): Promise<Ran> {
    const event = isStep(scene.fn)
      ? {
          ...(scene.event as object),
          redriveCount: redrives,
          ...(callbacks.includes(scene.fn) && { taskToken: this.#token }),
          ...(version === 'next' && { addedLater: 'x' }),
        }
      : scene.event;
    const run = () => this.#world.run(scene.fn, { event, shots, version });
    const slow = shots.some(({ mode }) => mode === 'slow' || mode === 'late');
    if (!slow) return run();
    const ran = await withShortLimits(run);
    await new Promise((resolve) => setTimeout(resolve, 30)); // what comes late has come by then
    return ran;
  }

  /** SES's events reach us, and nobody has two copies of a mail that nobody asked for. */
  async #aftermath(start: Start): Promise<void> {
    const { kernel, events, ses } = this.#world;
    await kernel.activity.idle();
    const own = ses.mailbox().slice(start.mailStart);
    for (const event of events.splice(0)) {
      const { messageId } = (event.detail['mail'] ?? {}) as { messageId?: string };
      if (!own.some((mail) => mail.messageId === messageId)) continue;
      for (const delivery of deliveriesOf(this.#world.model, event))
        if (delivery.kind === 'function') await this.#world.run(shortName(delivery.name), { event: delivery.payload });
    }
    for (const id of sentTwice(start, this.#settled, this.#world)) this.#early.add(id);
  }

  /** What was left over, the next round of a schedule does. */
  async #next(fn: string, afterMs: number, start: Start): Promise<void> {
    await this.#pass(afterMs, start);
    await this.#world.run(fn, { event: {} });
    await this.#pass(2000, start);
  }

  async #pass(ms: number, start: Start): Promise<void> {
    await this.#world.setClock(Date.now() + ms, { sessions: this.#sessions });
    await this.#world.kernel.timers.advanceTo(Date.now()); // what has fallen due
    await this.#aftermath(start);
  }

  #retryMs(scene: Scene, { state, used, lastError }: { state: string; used: number[]; lastError: string }): number | undefined {
    const retriers = this.#retriers.get(state);
    if (retriers) return retryDelayMs({ retriers, failure: new StateError(lastError, undefined), used, random: () => 0.7 });
    const again = used[0] ?? 0;
    used[0] = again + 1;
    return again < 3 ? redeliveryMs(scene.fn) : undefined;
  }

  #wait(arn: string, stepFunctions: StepFunctions): Replayed['wait'] {
    if (!arn) return 'none';
    const execution = stepFunctions.executions().find((one) => one.arn === arn);
    return execution?.status === 'SUCCEEDED' ? 'answered' : execution?.status === 'ABORTED' ? 'stopped' : 'open';
  }
}

/** The functions of the state machines; the others are invoked by rules, queues, schedules and URLs. */
const steps = new Set(Object.keys(states).map(kebabCase));
export const isStep = (fn: string) => steps.has(fn);

const MINUTE = 60_000;
/** Until somebody or something asks again: SQS's visibility, the next round, Lambda's second attempt, a person's second press. */
const redeliveries: Record<string, number> = {
  'screen-invoice': 5 * MINUTE,
  'recover-message': 6 * MINUTE,
  'alert-owner': 6 * MINUTE,
  'text-back-caller': 6 * MINUTE,
  'nudge-onboarding': 60 * MINUTE,
  'sweep-invoices': 30 * MINUTE,
  'reconcile-messages': 15 * MINUTE,
  'send-due-alerts': 5 * MINUTE,
  'purge-old-leads': 1440 * MINUTE,
};
const redeliveryMs = (fn: string) => redeliveries[fn] ?? MINUTE;

/** Until the operator redrives, a day; beside the state machine nobody does, and a later delivery makes it good. */
const restMs = ({ fn }: Scene) => (isStep(fn) ? 1440 * MINUTE : 2 * redeliveryMs(fn));

/** The error's name, or nothing if it went well. */
function failureOf({ invocation }: Ran, { fn }: Scene): string {
  if ('error' in invocation) return invocation.error.errorType;
  const { batchItemFailures = [], statusCode = 200 } = (invocation.payload ?? {}) as { batchItemFailures?: unknown[]; statusCode?: number };
  if (batchItemFailures.length > 0) return 'BatchItemFailures';
  return statusCode >= 500 ? `${fn} answered ${statusCode}` : '';
}
