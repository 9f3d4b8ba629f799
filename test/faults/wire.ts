/** What goes over the wire: every call that a function makes to a vendor arrives here, is recorded, and meets its fault. */
import { Collection } from '../../local/kernel/collection';
import { Fault, type FaultMode, Faults } from '../../local/kernel/faults';
import type { Kernel } from '../../local/kernel/kernel';

/** One call to a vendor, named as the emulators name it, for example `twilio buyNumber`. */
export type Call = `${Fault['vendor']} ${string}`;

/** `crash`: the vendor has done its work, and the function dies before it hears of it. */
export type WireMode = FaultMode | 'crash';

/** The `nth` such call (from 0) of an invocation goes wrong in this way. `any`: the `nth` call, whatever it is. */
export interface Shot {
  call: Call | 'any';
  nth: number;
  mode: WireMode;
}

interface Invocation {
  calls: Call[];
  shots: readonly Shot[];
  dead: boolean;
  /** Holds this call (by its number from 0) until the promise is settled. */
  holdAt: number;
  held: () => Promise<void>;
}

/** Longer than the shortened time limits of the clients, see `short-limits.ts`. */
const SLOW_MS = 60;

/** Records the calls of one invocation at a time, and shoots at some of them. */
export class Wire extends Faults {
  override readonly remembers = true;
  /** The innermost is the one that calls; the others are held. */
  readonly #open: Invocation[] = [];
  /** Vendors that answer nothing but this. */
  readonly outages = new Map<Fault['vendor'], FaultMode>();

  constructor(kernel: Kernel) {
    super(new Collection(kernel.store, 'wire_faults', Fault));
  }

  /** From here on calls belong to a new invocation. */
  begin(
    shots: readonly Shot[] = [],
    hold: { at: number; held: () => Promise<void> } = { at: -1, held: async () => undefined },
  ): Invocation {
    const invocation = { calls: [], shots, dead: false, holdAt: hold.at, held: hold.held };
    this.#open.push(invocation);
    return invocation;
  }

  /** The calls of the invocation, and whether a shot has killed it. */
  end(invocation: Invocation): { calls: Call[]; crashed: boolean } {
    this.#open.splice(this.#open.indexOf(invocation), 1);
    return { calls: invocation.calls, crashed: invocation.dead };
  }

  /** Somebody else is let go first. */
  override hold(): Promise<void> | undefined {
    const current = this.#open.at(-1);
    if (!current || current.dead || current.calls.length !== current.holdAt) return undefined;
    current.holdAt = -1;
    return current.held();
  }

  /** A dead function reaches nobody any more. */
  override take(vendor: Fault['vendor'], call: string): Fault | undefined {
    if (vendor === 'twilio' && call === 'smsWebhook') return super.take(vendor, call);
    const current = this.#open.at(-1);
    if (!current) return undefined;
    if (current.dead) return Fault.parse({ vendor, mode: 'refuse' });
    const name: Call = `${vendor} ${plain(call)}`;
    const nth = current.calls.filter((earlier) => earlier === name).length;
    const at = current.calls.length;
    const shot = current.shots.find((one) => (one.call === 'any' ? one.nth === at : one.call === name && one.nth === nth));
    current.calls.push(name);
    const outage = this.outages.get(vendor);
    if (!shot) return outage && Fault.parse({ vendor, mode: outage });
    if (shot.mode !== 'crash') return Fault.parse({ vendor, mode: shot.mode, slowMs: SLOW_MS });
    current.dead = true;
    return Fault.parse({ vendor, mode: 'lose-response' });
  }
}

/** Without ids. */
function plain(call: string): string {
  return call.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
}
