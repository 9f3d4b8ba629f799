/** A stack that is stopped or killed at any moment goes on where it was. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetExecutionHistoryCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { Browser } from '../../local/rehearsal/browser';
import { ClientJourney } from '../../local/rehearsal/client-journey';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import { freePorts, kill, KillableStack, mend, playUnderFire, random } from './killable-stack';
import { DAY, HOUR, Pipeline } from './stack';

test('a stack that is stopped in the middle of everything goes on where it was', async () => {
  const pipeline = new Pipeline();
  const port = await freePorts();
  const restart = async () => {
    await pipeline.stop();
    await pipeline.start(port);
  };
  try {
    await pipeline.start(port);
    const client = pipeline.client();
    await client.payDeposit();
    await restart(); // the webhook is on its way
    await pipeline.settle();
    expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
    await client.fillForm();
    await restart(); // the steps are running
    await pipeline.settle();
    expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
    await client.signIn();
    await client.beTexted();
    await restart(); // the text is on its way
    await pipeline.pass(2 * DAY);
    await restart(); // day 1 is over, day 3 is awaited
    await pipeline.settle(8 * DAY);
    const { status, runId } = await pipeline.run(client);
    expect(status).toBe('SUCCEEDED');
    expect(pipeline.purchases(runId)).toHaveLength(1);
    expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome', 'lead-alert', 'follow-up']);
    expect(pipeline.laptop.twilio.phone(client.client.lead.phone).filter(({ direction }) => direction === 'received')).toHaveLength(1);
    expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  } finally {
    await pipeline.stop();
    rmSync(pipeline.dataDir, { recursive: true, force: true });
  }
}, 240_000);

/** Plays one client and the operator, a small step at a time, so that a stack that dies under it only costs the step. */
class Player {
  readonly #stack: KillableStack;
  readonly client: ClientJourney;
  #isIn = false;

  constructor(stack: KillableStack) {
    this.#stack = stack;
    this.client = new ClientJourney(sampleClient(0, 'k'), stack.room);
  }

  /** True when the run is complete. Throws if the stack dies meanwhile. */
  async step(): Promise<boolean> {
    const { executions = [] } = await this.#stack.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stack.endpoints.stateMachineArn }),
    );
    const [execution] = executions;
    const { executionArn = '', status } = execution ?? {};
    if (!execution) await this.#stack.room.advance(HOUR / 2);
    else if (status === 'SUCCEEDED') return true;
    else if (status === 'FAILED') await mend(this.#stack, { executionArn, client: this.client });
    else await this.#goOn(executionArn);
    return false;
  }

  async #goOn(executionArn: string): Promise<void> {
    const state = await this.#state(executionArn);
    const [run] = await this.#stack.rows('provisioning_runs');
    if (state === 'AwaitOnboarding' && run?.['business_id'] === null) await this.client.fillForm();
    else if (state === 'WaitForDay1' && !this.#isIn) await this.#getIn();
    else if (state?.startsWith('Wait')) await this.#stack.room.untilIdle(5 * DAY);
    else await this.#stack.room.advance(HOUR); // schedules too: nudge-onboarding repeats a wake-up that died with the stack
  }

  async #state(executionArn: string): Promise<string | undefined> {
    const { events = [] } = await this.#stack.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 }),
    );
    return events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
  }

  /** A link that a dead stack burnt is renewed, as its page says. */
  async #getIn(): Promise<void> {
    if (!this.client.number) {
      await this.client.signIn().catch(async () => {
        await new Browser().submit(`${this.#stack.endpoints.portal}/sign-in/link`, { email: this.client.client.email });
        await this.#stack.room.untilIdle(60);
        await this.client.signIn();
      });
    }
    const { phone } = this.client.client.lead;
    if ((await this.#stack.room.phone(phone)).length === 0) await this.client.beTexted();
    this.#isIn = true;
  }
}

const playMs = 30_000 * kill.times;

test(
  'a stack that is killed at random moments goes on: one number, each mail once',
  async () => {
    const stack = new KillableStack(mkdtempSync(join(tmpdir(), 'coresentia-killed-')), await freePorts());
    try {
      await stack.start();
      const player = new Player(stack);
      const { client } = player;
      await client.payDeposit();
      const moments = Array.from({ length: kill.times }, () => () => wait(50 + random() * 2500));
      await playUnderFire(stack, { moments, limitMs: playMs, step: () => player.step() });
      expect(await stack.rows('provisioning_runs')).toEqual([expect.objectContaining({ status: 'completed' })]);
      expect(await stack.room.numbers()).toHaveLength(1);
      const subjects = (await stack.room.mailTo(client.client.email)).map(({ subject }) => subject);
      for (const words of ['set up', 'Live', 'going']) expect(subjects.filter((subject) => subject.includes(words))).toHaveLength(1);
      expect(await stack.rows('businesses')).toHaveLength(1);
      const answers = (await stack.room.phone(client.client.lead.phone)).filter(({ direction }) => direction === 'received');
      expect(answers).toHaveLength(1);
    } finally {
      await stack.close();
      rmSync(stack.dataDir, { recursive: true, force: true });
    }
  },
  180_000 + playMs,
);
