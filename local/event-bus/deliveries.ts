import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Deliver } from '../aws/deliver';
import { Collection } from '../kernel/collection';
import type { Kernel } from '../kernel/kernel';
import type { RuleModel, TargetModel } from '../template/model';

const Delivery = z.object({
  ruleName: z.string(),
  targetId: z.string(),
  body: z.string(),
  attempts: z.number(),
  storedMs: z.number(),
  dueMs: z.number(),
});
type Delivery = z.infer<typeof Delivery>;

const LONGEST_WAIT_MS = 600_000; // so that 185 attempts fill a day, as on AWS

/** One delivery of an event to a target, or a retry of it that is due. */
type Attempt = [id: string, delivery: Delivery];

/** What is on its way from rules to targets: stored first, tried with growing waits, given up to the target's dead-letter queue. */
export class Deliveries {
  readonly #kernel: Kernel;
  readonly #rules: Map<string, RuleModel>;
  readonly #deliver: Deliver;
  readonly #stored: Collection<Delivery>;
  readonly #left: Attempt[];

  constructor(kernel: Kernel, rules: RuleModel[], deliver: Deliver) {
    this.#kernel = kernel;
    this.#rules = new Map(rules.map((rule) => [rule.name, rule]));
    this.#deliver = deliver;
    this.#stored = new Collection(kernel.store, 'bus_deliveries', Delivery);
    this.#left = this.#stored.entries();
  }

  /** Resolves when the delivery is stored; it then goes on by itself. */
  async add(rule: RuleModel, target: TargetModel, body: string): Promise<void> {
    const nowMs = Date.now();
    const attempt: Attempt = [randomUUID(), { ruleName: rule.name, targetId: target.id, body, attempts: 0, storedMs: nowMs, dueMs: nowMs }];
    await this.#kernel.activity.during(async () => {
      await this.#stored.put(...attempt);
      this.#schedule(attempt);
    });
  }

  /** Goes on with what a former process left. */
  resume(): void {
    for (const attempt of this.#left.splice(0)) this.#schedule(attempt);
  }

  pending(): number {
    return this.#stored.all().length;
  }

  #schedule(attempt: Attempt): void {
    const begin = () => void this.#kernel.activity.during(() => this.#try(attempt));
    if (attempt[1].dueMs <= Date.now()) begin();
    else this.#kernel.timers.at(attempt[1].dueMs, 'work', begin);
  }

  async #try(attempt: Attempt): Promise<void> {
    const [id, delivery] = attempt;
    const rule = this.#rules.get(delivery.ruleName);
    const target = rule?.targets.find((candidate) => candidate.id === delivery.targetId);
    if (!rule || !target) return this.#stored.delete(id); // the app changed since; on AWS a deleted target gets nothing more either
    try {
      await this.#once(target, delivery.body);
      await this.#stored.delete(id);
    } catch (cause) {
      await this.#failed(attempt, { rule, target, reason: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  /** The fault `eventbridge` `Deliver`: `lose-response` delivers and repeats, everything else does not deliver. */
  async #once(target: TargetModel, body: string): Promise<void> {
    const fault = this.#kernel.faults.take('eventbridge', 'Deliver');
    if (fault && fault.mode !== 'lose-response') throw new Error(fault.code ?? 'ThrottlingException');
    await this.#deliver(target.arn, { body });
    if (fault) throw new Error('the answer of the target was lost');
  }

  async #failed(attempt: Attempt, { rule, target, reason }: { rule: RuleModel; target: TargetModel; reason: string }): Promise<void> {
    const [id, delivery] = attempt;
    delivery.attempts += 1;
    delivery.dueMs = Date.now() + Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(delivery.attempts - 1, 20));
    const tooOften = delivery.attempts > target.retry.maxAttempts;
    const tooOld = delivery.dueMs - delivery.storedMs > target.retry.maxAgeMs;
    if (!tooOften && !tooOld) {
      await this.#stored.put(id, delivery);
      return this.#schedule(attempt);
    }
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_MESSAGE: reason,
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      EXHAUSTED_RETRY_CONDITION: tooOften ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds',
    };
    if (target.deadLetterArn) await this.#deliver(target.deadLetterArn, { body: delivery.body, attributes });
    await this.#stored.delete(id);
  }
}
