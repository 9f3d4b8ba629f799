/** What a rule's target receives of an event (docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). */
import type { BusEvent } from '../kernel/wiring';
import type { RuleModel, TargetInput } from '../template/model';

/** The text that goes to the target. */
export function targetInput(input: TargetInput, event: BusEvent, rule: Pick<RuleModel, 'name' | 'arn'>): string {
  switch (input.kind) {
    case 'event':
      return JSON.stringify(event);
    case 'constant':
      return input.json;
    case 'path':
      return JSON.stringify(at(event, input.path)) ?? 'null';
    default:
      return transformed(input, event, rule);
  }
}

function transformed(
  { paths, template }: Extract<TargetInput, { kind: 'transformer' }>,
  event: BusEvent,
  rule: Pick<RuleModel, 'name' | 'arn'>,
): string {
  const values: Record<string, unknown> = {
    'aws.events.rule-name': rule.name,
    'aws.events.rule-arn': rule.arn,
    'aws.events.event': event,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
  };
  for (const [name, path] of Object.entries(paths)) values[name] = at(event, path);
  const isJson = /^\s*[{["]/.test(template);
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    return !isJson || quoted ? insideText(values[name], quoted) : (JSON.stringify(values[name]) ?? 'null');
  });
}

/** Within quotes a text stands bare, with what JSON needs escaped. */
function insideText(value: unknown, quoted: boolean): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return quoted ? JSON.stringify(text).slice(1, -1) : text;
}

/** `$.detail.invoiceId` and `$.resources[0]` */
function at(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w-]+|\[\d+\])*$/.test(path)) throw new Error(`path ${path} is not supported`);
  let value: unknown = event;
  for (const [, key, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key ?? Number(index));
  }
  return value;
}
