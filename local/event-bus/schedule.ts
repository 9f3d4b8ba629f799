/** Schedule expressions of EventBridge rules, in UTC (docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html). */

/** When a schedule fires next after a time; both in epoch milliseconds. */
export type NextFire = (afterMs: number) => number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const units: Record<string, number> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS };
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Compiles `rate(15 minutes)` or `cron(0 2 * * ? *)`. Throws for what it does not know (`L`, `W`, `#`, a bad rate). */
export function compileSchedule(expression: string): NextFire {
  const [, kind, inside = ''] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return compileRate(inside);
  if (kind === 'cron') return compileCron(inside);
  throw new Error(`schedule ${expression} is not supported`);
}

function compileRate(inside: string): NextFire {
  const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s)?$/.exec(inside) ?? [];
  const unitMs = units[unit];
  if (!unitMs || (count === '1') === (plural === 's')) throw new Error(`rate(${inside}) is not valid`);
  return (afterMs) => afterMs + Number(count) * unitMs;
}

interface Field {
  from: number;
  to: number;
  names?: string[];
  /** The number of the first name. */
  firstName?: number;
}
const fields: Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: months, firstName: 1 },
  { from: 1, to: 7, names: weekdays, firstName: 1 },
  { from: 1970, to: 2199 },
];

function compileCron(inside: string): NextFire {
  const parts = inside.trim().split(/\s+/);
  if (parts.length !== 6 || (parts[2] === '?') === (parts[4] === '?')) throw new Error(`cron(${inside}) is not valid`);
  const [minutes, hours, days, inMonths, onWeekdays, years] = fields.map((field, index) => compileField(parts[index] ?? '', field));
  if (!minutes || !hours || !days || !inMonths || !onWeekdays || !years) throw new Error(`cron(${inside}) is not valid`);
  const onDay = (date: Date) =>
    years(date.getUTCFullYear()) && inMonths(date.getUTCMonth() + 1) && days(date.getUTCDate()) && onWeekdays(date.getUTCDay() + 1);
  return (afterMs) => {
    const firstMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
    // Eight years reach the next 29 February from anywhere.
    for (let dayMs = firstMs - (firstMs % DAY_MS), last = dayMs + 8 * 366 * DAY_MS; dayMs < last; dayMs += DAY_MS) {
      if (!onDay(new Date(dayMs))) continue;
      for (let atMs = Math.max(dayMs, firstMs); atMs < dayMs + DAY_MS; atMs += MINUTE_MS) {
        const date = new Date(atMs);
        if (hours(date.getUTCHours()) && minutes(date.getUTCMinutes())) return atMs;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
}

function compileField(text: string, field: Field): (value: number) => boolean {
  const tests = text.split(',').map((part) => compileRange(part, field));
  return (value) => tests.some((test) => test(value));
}

/** `*`, `?`, `5`, `MON-FRI`, `0/15`, `8-18/2`. */
function compileRange(text: string, field: Field): (value: number) => boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (range === '*' || range === '?') return (value) => (value - field.from) % Number(step ?? 1) === 0;
  const [first = '', last] = range.split('-');
  const from = numberOf(first, field);
  const to = last === undefined ? (step === undefined ? from : field.to) : numberOf(last, field);
  return (value) => value >= from && value <= to && (value - from) % Number(step ?? 1) === 0;
}

function numberOf(text: string, { from, to, names, firstName = 0 }: Field): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const number = named >= 0 ? named + firstName : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= from && number <= to)) throw new Error(`schedule field ${text} is not supported`);
  return number;
}
