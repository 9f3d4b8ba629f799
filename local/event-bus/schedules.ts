import { z } from 'zod';
import { Collection } from '../kernel/collection';
import type { Kernel } from '../kernel/kernel';
import type { RuleModel } from '../template/model';
import { type NextFire, compileSchedule } from './schedule';

/** `expression` tells a changed schedule from the one that was stored. */
const Stored = z.object({ expression: z.string(), nextMs: z.number() });

interface Scheduled {
  rule: RuleModel;
  expression: string;
  next: NextFire;
}

/** The rules with a schedule. What fell due while the stack was down fires once at the start. */
export class Schedules {
  readonly #kernel: Kernel;
  readonly #scheduled: Scheduled[];
  readonly #fire: (rule: RuleModel) => Promise<void>;
  readonly #stored: Collection<z.infer<typeof Stored>>;

  /** Throws for a schedule expression that is not supported. */
  constructor(kernel: Kernel, rules: RuleModel[], fire: (rule: RuleModel) => Promise<void>) {
    this.#kernel = kernel;
    this.#fire = fire;
    this.#stored = new Collection(kernel.store, 'bus_schedules', Stored);
    this.#scheduled = rules.flatMap((rule) =>
      rule.schedule === undefined ? [] : [{ rule, expression: rule.schedule, next: compileSchedule(rule.schedule) }],
    );
  }

  async start(): Promise<void> {
    for (const each of this.#scheduled) {
      const stored = this.#stored.get(each.rule.name);
      const known = stored?.expression === each.expression;
      await this.#arm(each, known ? stored.nextMs : each.next(Date.now()));
    }
  }

  async #arm(each: Scheduled, nextMs: number): Promise<void> {
    await this.#stored.put(each.rule.name, { expression: each.expression, nextMs });
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#kernel.timers.at(nextMs, 'schedule', () => void this.#kernel.activity.during(() => this.#due(each)));
  }

  /** The event is stored before the next time is: a kill in between fires it twice, never not at all. */
  async #due(each: Scheduled): Promise<void> {
    await this.#fire(each.rule);
    await this.#arm(each, each.next(Date.now()));
  }
}
