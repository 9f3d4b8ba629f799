import { randomUUID } from 'node:crypto';
import type { Deliver } from '../aws/deliver';
import type { AwsRoutes } from '../aws/routes';
import type { Kernel } from '../kernel/kernel';
import { ACCOUNT, type BusEvent, type EmitEvent, REGION } from '../kernel/wiring';
import type { RuleModel } from '../template/model';
import { Deliveries } from './deliveries';
import { type Matches, compilePattern } from './pattern';
import { putEventsRoutes } from './put-events';
import { Schedules } from './schedules';
import { targetInput } from './target-input';

export interface EventBusOptions {
  /** Names; `default` is always there. */
  buses: string[];
  rules: RuleModel[];
  /** Hands an input to a target, or what is given up to a dead-letter queue. */
  deliver: Deliver;
}

export interface EventBus {
  /** Throws for a bus that does not exist. */
  emit: EmitEvent;
  /** Goes on with stored deliveries and starts the schedules. */
  start(): Promise<void>;
  /** Deliveries that have not succeeded yet. */
  pending: () => number;
  routes: AwsRoutes;
}

/** The buses with their rules, at least once and persistent. Throws for a pattern or schedule that is not supported. */
export function createEventBus(kernel: Kernel, { buses, rules, deliver }: EventBusOptions): EventBus {
  const known = new Set(['default', ...buses]);
  const deliveries = new Deliveries(kernel, rules, deliver);
  const matchers = rules.flatMap((rule) => (rule.pattern ? [{ rule, matches: compiled(rule, rule.pattern) }] : []));
  const schedules = new Schedules(kernel, rules, (rule) => hand(rule, scheduledEvent(rule)));

  async function hand(rule: RuleModel, event: BusEvent): Promise<void> {
    await Promise.all(rule.targets.map((target) => deliveries.add(rule, target, targetInput(target.input, event, rule))));
  }

  const put = (bus: string, event: BusEvent) =>
    kernel.activity.during(async () => {
      if (!known.has(bus)) throw new Error(`no such event bus: ${bus}`);
      await Promise.all(matchers.filter(({ rule, matches }) => rule.bus === bus && matches(event)).map(({ rule }) => hand(rule, event)));
    });

  return {
    emit: (bus, given) => put(bus, { ...envelope(), resources: [], ...given }),
    async start() {
      deliveries.resume();
      await schedules.start();
    },
    pending: () => deliveries.pending(),
    routes: putEventsRoutes(kernel, {
      knows: (bus) => known.has(bus),
      ruleArn: (bus, name) => rules.find((rule) => rule.bus === bus && rule.name === name)?.arn,
      put,
      envelope,
    }),
  };
}

function compiled(rule: RuleModel, pattern: unknown): Matches {
  try {
    return compilePattern(pattern);
  } catch (cause) {
    throw new Error(`rule ${rule.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What EventBridge adds to every event; times without fractions. */
function envelope() {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return { version: '0' as const, id: randomUUID(), account: ACCOUNT, time, region: REGION };
}

function scheduledEvent(rule: RuleModel): BusEvent {
  return { ...envelope(), 'detail-type': 'Scheduled Event', source: 'aws.events', resources: [rule.arn], detail: {} };
}
