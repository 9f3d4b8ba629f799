/** Who is told of an event: the rules, queues and targets of the synthesised CDK app. */
import { type Matches, compilePattern } from '../../local/event-bus/pattern';
import { targetInput } from '../../local/event-bus/target-input';
import type { BusEvent } from '../../local/kernel/wiring';
import type { StackModel } from '../../local/template/model';

type Rule = StackModel['rules'][number];

/** `function`: its name as deployed; `queued`: SQS delivers it again until it is done, Lambda itself only twice. */
export type Delivery =
  | { kind: 'function'; name: string; payload: unknown; queued: boolean }
  | { kind: 'execution'; stateMachineArn: string; input: string };

const matchers = new WeakMap<Rule, Matches>();

/** Compiled once per rule. */
function matcherOf(rule: Rule): Matches {
  const known = matchers.get(rule) ?? (rule.pattern ? compilePattern(rule.pattern) : () => false);
  matchers.set(rule, known);
  return known;
}

/** What this event sets off. */
export function deliveriesOf({ rules, functions, mappings, stateMachines }: StackModel, event: BusEvent): Delivery[] {
  const targets = rules.filter((rule) => matcherOf(rule)(event));
  return targets.flatMap((rule) =>
    rule.targets.map((target): Delivery => {
      const input = targetInput(target.input, event, rule);
      if (stateMachines.some(({ arn }) => arn === target.arn)) return { kind: 'execution', stateMachineArn: target.arn, input };
      const mapping = mappings.find(({ queueArn }) => queueArn === target.arn);
      const fn = functions.find(({ arn }) => arn === (mapping?.functionArn ?? target.arn));
      if (!fn) throw new Error(`${rule.name} has a target that nobody knows: ${target.arn}`);
      const payload: unknown = mapping ? { Records: [{ messageId: event.id, body: input }] } : JSON.parse(input);
      return { kind: 'function', name: fn.name, payload, queued: mapping !== undefined };
    }),
  );
}

/** Names of the functions that a schedule invokes. */
export function scheduledFunctions({ rules, functions }: StackModel): string[] {
  const arns = rules.filter(({ schedule }) => schedule).flatMap(({ targets }) => targets.map(({ arn }) => arn));
  return functions.filter(({ arn }) => arns.includes(arn)).map(({ name }) => name);
}

/** Names of the functions that queues feed. */
export function queuedFunctions({ mappings, functions }: StackModel): string[] {
  return functions.filter(({ arn }) => mappings.some(({ functionArn }) => functionArn === arn)).map(({ name }) => name);
}

/** Of the machine that takes clients from deposit to live. */
export function provisioningArn({ stateMachines }: StackModel): string {
  const found = stateMachines.find(({ name }) => name.endsWith('provisioning'));
  if (!found) throw new Error('there is no machine for provisioning');
  return found.arn;
}
