/** A stack that is killed while clients leave and come back goes on: ledgers, mailbox, logins and rows are those of undisturbed offboardings. */
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { Browser } from '../../local/rehearsal/browser';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { type OffboardingStep, offboardingSteps, stepsOfDecision } from '../../shared/offboarding';
import { freePorts, kill, KillableStack, mend, playUnderFire, random } from './killable-stack';
import { DAY, HOUR, operatorAccount, Pipeline, type Row } from './stack';

/** What the operators decide. `undo-at-once` does not wait for the quarantine. */
type Fate = 'release' | 'undo' | 'undo-at-once';

/** Plays the operators of one client's offboarding, a small step at a time, so that a stack that dies under it only costs the step. */
class Offboarding {
  readonly #stack: KillableStack;
  readonly #client: ClientJourney;
  readonly #fate: Fate;
  /** Not to be released before. */
  isQuarantineOver = false;

  constructor(stack: KillableStack, client: ClientJourney, fate: Fate) {
    this.#stack = stack;
    this.#client = client;
    this.#fate = fate;
  }

  /** True when it is over, or waits for the end of the quarantine. Throws if the stack dies meanwhile. */
  async step(): Promise<boolean> {
    const [run] = (await this.#stack.rows('provisioning_runs')).filter((row) => row['invoice_id'] === this.#client.invoiceId);
    const [offboarding] = (await this.#stack.rows('offboardings')).filter((row) => row['run_id'] === run?.['id']);
    const page = `/operator/runs/${String(run?.['id'])}/offboarding`;
    if (!offboarding) await this.#submit('Maya', page);
    else if (offboarding['execution_id'] !== null) return this.#goOn(offboarding, `${page}/${String(offboarding['id'])}`);
    else await this.#stack.room.advance(HOUR); // nudge-offboarding announces again what died with the stack
    return false;
  }

  async #goOn({ id, execution_id: execution, decision }: Row, page: string): Promise<boolean> {
    const executionArn = String(execution);
    const { status } = await this.#stack.sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return true;
    if (status === 'FAILED') await mend(this.#stack, { executionArn, client: this.#client });
    else if (decision === null && (await this.#isWaiting(id))) return this.#decide(page);
    else if (decision === null && this.#fate === 'undo-at-once') await this.#submit('Pat', `${page}/undo`);
    else await this.#stack.room.advance(HOUR); // nudge-offboarding repeats a wake-up that died with the stack
    return false;
  }

  async #isWaiting(offboardingId: unknown): Promise<boolean> {
    const steps = (await this.#stack.rows('offboarding_steps')).filter((row) => row['offboarding_id'] === offboardingId);
    return steps.some(({ step, status }) => step === 'AwaitRelease' && status === 'waiting');
  }

  async #decide(page: string): Promise<boolean> {
    if (this.#fate === 'release' && !this.isQuarantineOver) return true;
    await this.#submit('Pat', `${page}/${this.#fate === 'release' ? 'release' : 'undo'}`);
    return false;
  }

  /** Signs in anew each time: a cookie may have been renewed by an answer that never came. */
  async #submit(operator: string, path: string): Promise<void> {
    const { portal } = this.#stack.endpoints;
    const browser = new Browser();
    await browser.submit(`${portal}/sign-in`, operatorAccount(operator));
    const fields = { confirmation: this.#client.invoiceNumber, reason: 'They closed their shop' };
    const { status } = await browser.submit(portal + path, fields);
    if (status >= 500) throw new Error(`the board answered ${status}`);
  }
}

/** What ledgers, mailbox, Auth and database say of a client in the end. */
async function factsOf(pipeline: Pipeline, client: ClientJourney) {
  const { runId } = await pipeline.run(client);
  const one = async (table: string, where: Row) => (await pipeline.rows(table, where))[0] ?? {};
  const run = await one('provisioning_runs', { id: runId });
  const business = await one('businesses', { run_id: runId });
  const offboarding = await one('offboardings', { run_id: runId });
  const steps = await pipeline.rows('offboarding_steps', { offboarding_id: offboarding['id'] });
  const numbers = await pipeline.rows('phone_numbers', { run_id: runId });
  const members = await pipeline.rows('business_members', { business_id: business['id'] });
  const mails = await pipeline.mails(client.client.email);
  const ledger = pipeline.laptop.twilio.ledger().filter(({ phoneNumber }) => phoneNumber === client.number);
  return {
    statuses: [(await one('clients', { id: run['client_id'] }))['status'], business['status'], business['subscription_status']],
    provisioning: [await pipeline.stands(client), run['status']],
    number: [business['phone_number'], ...numbers.map(({ state }) => state)],
    atTwilio: ledger.map(({ kind }) => kind).filter((kind) => kind === 'purchase' || kind === 'release'),
    members: members.map(({ role }) => role),
    canSignIn: await pipeline.canSignIn(client),
    told: mails.filter((template) => template === 'leaving' || template === 'returning'),
    kept: offboarding['kept'],
    open: steps.filter(({ status }) => status !== 'done' && status !== 'pending').map(({ step }) => step),
  };
}

/** The stack dies soon after a step has begun, for whichever client is the first: `times` of these steps as the seed draws them, in their order. */
function momentsIn(stack: KillableStack, steps: readonly OffboardingStep[], times: number): (() => Promise<void>)[] {
  const shuffled = steps.map((step, position) => ({ step, position, rank: random() })).toSorted((one, other) => one.rank - other.rank);
  const drawn = shuffled.slice(0, times).toSorted((one, other) => one.position - other.position);
  return drawn.map(({ step }) => async () => {
    while (!(await hasBegun(stack, step))) await wait(20);
    await wait(random() * 250);
  });
}

async function hasBegun(stack: KillableStack, step: OffboardingStep): Promise<boolean> {
  return (await stack.rows('offboarding_steps')).some((row) => row['step'] === step && row['attempts'] !== 0);
}

const playMs = 60_000 * kill.times;

test(
  'a stack that is killed while clients leave and come back goes on: one number goes back once, each mail goes once, logins are as decided',
  async () => {
    const pipeline = new Pipeline();
    const port = await freePorts();
    const stack = new KillableStack(pipeline.dataDir, port);
    try {
      await pipeline.start(port);
      for (const name of ['Maya', 'Pat']) await pipeline.hire(name);
      const [leaver, returner, waverer] = [await pipeline.onboarded(), await pipeline.onboarded(), await pipeline.onboarded()];
      for (const client of [leaver, returner, waverer]) await client.signIn();
      await pipeline.stop();

      await stack.start();
      const release = new Offboarding(stack, leaver, 'release');
      const all = [release, new Offboarding(stack, returner, 'undo'), new Offboarding(stack, waverer, 'undo-at-once')];
      const step = async () => {
        const done: boolean[] = [];
        for (const offboarding of all) done.push(await offboarding.step());
        return done.every(Boolean);
      };
      const before = offboardingSteps.filter((name) => !stepsOfDecision.release.includes(name));
      await playUnderFire(stack, { moments: momentsIn(stack, before, kill.times), limitMs: playMs, step });
      await stack.room.advance(31 * DAY);
      release.isQuarantineOver = true;
      const after = stepsOfDecision.release;
      await playUnderFire(stack, { moments: momentsIn(stack, after, Math.ceil(kill.times / 2)), limitMs: playMs, step });
      await stack.close();

      await pipeline.start(port);
      await pipeline.settle();
      expect(await factsOf(pipeline, leaver)).toEqual({
        statuses: ['Cancelled', 'closed', 'cancelled'],
        provisioning: ['ABORTED WaitForDay1', 'cancelled'],
        number: [null, 'released'],
        atTwilio: ['purchase', 'release'],
        members: [],
        canSignIn: false,
        told: ['leaving'],
        kept: {},
        open: [],
      });
      const live = {
        statuses: ['Live', 'active', 'active'],
        provisioning: ['SUCCEEDED', 'completed'],
        atTwilio: ['purchase'],
        members: ['owner'],
        canSignIn: true,
        kept: {},
        open: [],
      };
      expect(await factsOf(pipeline, returner)).toEqual({
        ...live,
        number: [returner.number, 'configured'],
        told: ['leaving', 'returning'],
      });
      const { told, ...others } = await factsOf(pipeline, waverer);
      expect(others).toEqual({ ...live, number: [waverer.number, 'configured'] });
      expect([[], ['leaving', 'returning']]).toContainEqual(told); // the undo may have come first
      expect(pipeline.functionLogs()).not.toContain('ENOTFOUND'); // nothing has looked beyond this machine
      const held = pipeline.laptop.twilio.numbers().map(({ phoneNumber }) => phoneNumber);
      expect(held).toEqual(expect.arrayContaining([returner.number, waverer.number]));
      expect(held).not.toContain(leaver.number);
    } finally {
      await stack.close();
      await pipeline.stop();
      rmSync(pipeline.dataDir, { recursive: true, force: true });
    }
  },
  240_000 + 2 * playMs,
);
