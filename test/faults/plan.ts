/** Who plays what: everything that the walks have found, once, and about equally much for each process. */
import { modes } from './modes';
import { seeded } from './random';
import { recoveries, type Recovery } from './recoveries';
import type { Call, Shot } from './wire';

/** One call of one function, as a walk has found it: a line of the table. `before`: what went wrong first, so that the call is made at all. */
export interface Found {
  key: string;
  fn: string;
  call: Call;
  nth: number;
  before: readonly Shot[];
  /** It changes nothing: a database function that is declared stable, a vendor's list. */
  reads: boolean;
  /** How much there is to play again. */
  weight: number;
}

/** A fault of the call with this key. */
export interface Fault {
  key: string;
  mode: (typeof modes)[number]['title'];
  recovery: Recovery;
}

export interface Wanted {
  /** `all`: every fault with every recovery. `each`: with one, drawn by the seed. `short`: what `npm test` plays. */
  size: 'all' | 'each' | 'short';
  seed: number;
  /** Only faults whose line (`portal: ses SendEmail, crash after, redrive`) matches. */
  only: RegExp;
}

/** `shards`: what each process has found. Answers what each is to play; the same with the same seed. */
export function planned(shards: readonly Found[][], wanted: Wanted, burdens: readonly number[]): Fault[][] {
  const finders = new Map<string, number[]>();
  const byKey = new Map<string, Found>();
  for (const [shard, found] of shards.entries())
    for (const one of found) {
      finders.set(one.key, [...(finders.get(one.key) ?? []), shard]);
      if (!byKey.has(one.key)) byKey.set(one.key, one);
    }
  const all = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const faults = Map.groupBy(drawn(all, wanted), ({ key }) => key);
  const loads = shards.map((_, shard) => burdens[shard] ?? 0);
  const plans: Fault[][] = shards.map(() => []);
  const load = ({ key, weight }: Found) => weight * (faults.get(key)?.length ?? 0);
  // Whoever alone has found something plays it; then the greatest first, to whoever has least to do.
  const order = all.toSorted((a, b) => finders.get(a.key)!.length - finders.get(b.key)!.length || load(b) - load(a));
  for (const one of order) {
    const shard = finders.get(one.key)!.reduce((least, next) => (loads[next]! < loads[least]! ? next : least));
    loads[shard]! += load(one);
    plans[shard]!.push(...(faults.get(one.key) ?? []));
  }
  return plans;
}

function drawn(all: readonly Found[], { size, seed, only }: Wanted): Fault[] {
  const random = seeded(seed);
  const draw = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const faultsOf = { all: () => modes, each: eachFault, short: shortList(all, draw) }[size];
  const faults = all.flatMap((one) =>
    faultsOf(one, draw).flatMap(({ title }) =>
      (size === 'all' ? recoveries : [draw(recoveries)]).map((recovery) => ({ one, title, recovery })),
    ),
  );
  return faults
    .filter(({ one: { fn, call }, title, recovery }) => only.test(`${fn}: ${call}, ${title}, ${recovery}`))
    .map(({ one, title, recovery }) => ({ key: one.key, mode: title, recovery }));
}

type Draw = <T>(list: readonly T[]) => T;
type Mode = (typeof modes)[number];

/** Whatever has an effect meets every fault; what only reads, two that the seed draws. */
const eachFault = ({ reads }: Found, draw: Draw): readonly Mode[] => (reads ? [draw(modes.slice(0, 4)), draw(modes.slice(4))] : modes);

/**
 * For `npm test`: each call meets one fault, and each kind of call (many functions begin a step, or claim a mail, by the same code) meets every fault in
 * one of the functions that make it; the seed draws which. What only reads meets one.
 */
function shortList(all: readonly Found[], draw: Draw): (one: Found) => readonly Mode[] {
  const drawnFor = new Map<Found, Mode[]>(all.map((one) => [one, one.reads ? [draw(modes.slice(0, 7))] : []]));
  const byCall = Map.groupBy(
    all.filter(({ reads }) => !reads),
    ({ call }) => call,
  );
  for (const same of byCall.values()) {
    const order = shuffled(modes.slice(0, 7), draw);
    const makers = shuffled(same, draw);
    for (let index = 0; index < Math.max(order.length, makers.length); index += 1)
      drawnFor.get(makers[index % makers.length]!)?.push(order[index % order.length]!);
    drawnFor.get(draw(same))?.push(modes.at(-1)!); // an older answer, if the call can have one
  }
  return (one) => drawnFor.get(one) ?? [];
}

function shuffled<T>(list: readonly T[], draw: Draw): T[] {
  const left = [...list];
  return list.map(() => {
    const one = draw(left);
    left.splice(left.indexOf(one), 1);
    return one;
  });
}
