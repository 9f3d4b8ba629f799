/** What goes over the wire: every call that a function makes to a vendor arrives here, is recorded, and meets its fault. */
import { Collection } from '../../local/kernel/collection';
import { Fault, type FaultMode, Faults } from '../../local/kernel/faults';
import type { Kernel } from '../../local/kernel/kernel';

/** One call to a vendor, named as the emulators name it, for example `twilio buyNumber`. */
export type Call = `${Fault['vendor']} ${string}`;

/** `crash`: the vendor has done its work, and the function dies before it hears of it. */
export type WireMode = FaultMode | 'crash';

/** The `nth` such call (from 0) of an invocation goes wrong in this way. */
export interface Shot {
  call: Call;
  nth: number;
  mode: WireMode;
}

/** Longer than the shortened time limits of the clients, see `short-limits.ts`. */
const SLOW_MS = 60;

/** Records the calls of one invocation at a time, and shoots at some of them. */
export class Wire extends Faults {
  override readonly remembers = true;
  readonly #calls: Call[] = [];
  #shots: readonly Shot[] = [];
  #dead = false;
  #open = false;

  constructor(kernel: Kernel) {
    super(new Collection(kernel.store, 'wire_faults', Fault));
  }

  /** From here on calls belong to a new invocation. */
  begin(shots: readonly Shot[] = []): void {
    this.#calls.length = 0;
    this.#shots = shots;
    this.#dead = false;
    this.#open = true;
  }

  /** The calls of the invocation, and whether a shot has killed it. */
  end(): { calls: Call[]; crashed: boolean } {
    const crashed = this.#dead;
    this.#dead = false;
    this.#open = false;
    return { calls: [...this.#calls], crashed };
  }

  /** A dead function reaches nobody any more. */
  override take(vendor: Fault['vendor'], call: string): Fault | undefined {
    if (!this.#open) return undefined;
    if (this.#dead) return Fault.parse({ vendor, mode: 'refuse' });
    const name: Call = `${vendor} ${plain(call)}`;
    const nth = this.#calls.filter((earlier) => earlier === name).length;
    const shot = this.#shots.find((one) => one.call === name && one.nth === nth);
    this.#calls.push(name);
    if (!shot) return undefined;
    if (shot.mode !== 'crash') return Fault.parse({ vendor, mode: shot.mode, slowMs: SLOW_MS });
    this.#dead = true;
    return Fault.parse({ vendor, mode: 'lose-response' });
  }
}

/** Without ids. */
function plain(call: string): string {
  return call.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
}
