/** Twilio's inventory against the database, both ways. Pure. */
import type { NumberBook } from '../ports/audits';
import type { NumberWebhooks, OwnedNumber } from '../ports/twilio';
import { runIdOf, wrongSettings } from '../purchase';
import type { Finding } from './finding';

interface Inventory {
  owned: readonly OwnedNumber[];
  /** As it is after Twilio was asked, and as it was before: what was bought or released meanwhile is nothing to find. */
  book: NumberBook;
  before: NumberBook;
  webhooks: NumberWebhooks;
  /** Our own number that the tests come from: nobody's. */
  testNumber: string;
  now: Date;
}
type Row = NumberBook['numbers'][number];
type Business = NumberBook['businesses'][number];

/** The book by what numbers are looked up with. */
interface Index {
  bySid: ReadonlyMap<string | null, Row>;
  byE164: ReadonlyMap<string, Row>;
  byRun: ReadonlyMap<string | null, Row>;
  businesses: ReadonlyMap<string, Business>;
}

/** A purchase and its recording are seconds apart; retriers and a redrive may be in between. */
const RECORDED_WITHIN_MS = 60 * 60_000;

/** `adopted`: ours, not pointed at us yet; `quarantined`: the client has left, the number waits for its release. Both must be there. */
const heldStates = ['owned', 'configured', 'adopted', 'quarantined'];
/** Must point at us: a number in quarantine says that nobody reads it, which only we say. */
const ours = ['configured', 'quarantined'];

export function auditNumbers(inventory: Inventory): Finding[] {
  const { owned, testNumber, book, before } = inventory;
  const index = indexOf(book);
  const sids = new Set(owned.map(({ sid }) => sid));
  const held = new Set(before.numbers.map(heldAs));
  return [
    ...owned.filter(({ e164 }) => e164 !== testNumber).flatMap((number) => findingsOf(number, index, inventory)),
    ...book.numbers.filter((row) => held.has(heldAs(row))).flatMap((row) => missing(row, sids)),
    ...book.businesses.flatMap((business) => misnumbered(business, index)),
    ...book.businesses.flatMap((business) => shared(business, index)),
  ];
}

const heldAs = ({ sid, state }: Row) => `${sid} ${state}`;

function indexOf({ numbers, businesses }: NumberBook): Index {
  return {
    bySid: new Map(numbers.map((row) => [row.sid, row])),
    byE164: new Map(numbers.map((row) => [row.e164, row])),
    byRun: new Map(numbers.map((row) => [row.runId, row])),
    // The first that names a number has it.
    businesses: new Map(businesses.toReversed().map((business) => [business.e164, business])),
  };
}

function findingsOf(number: OwnedNumber, index: Index, { webhooks, now }: Inventory): Finding[] {
  const row = index.bySid.get(number.sid) ?? index.byE164.get(number.e164);
  if (!row) return strange(number, index);
  const about = { subject: number.sid, runId: row.runId ?? undefined };
  if (ours.includes(row.state)) {
    const wrong = wrongSettings(number, webhooks);
    return wrong.length === 0
      ? []
      : [{ kind: 'number-misrouted', ...about, detail: `${number.sid} has another ${wrong.join(', ')} than ours` }];
  }
  const isUnrecorded = !heldStates.includes(row.state) && now.getTime() - Date.parse(row.since) > RECORDED_WITHIN_MS;
  return isUnrecorded ? [{ kind: 'number-unrecorded', ...about, detail: `${number.sid} is ours, and its run has it as ${row.state}` }] : [];
}

/** A number without a row: bought for a run that has another or none, or by hand. A hand-made client's number stands in its business. */
function strange({ sid, tag, e164 }: OwnedNumber, { byRun, businesses }: Index): Finding[] {
  const runId = runIdOf(tag);
  const other = runId && byRun.get(runId);
  if (runId && other && heldStates.includes(other.state))
    return [{ kind: 'number-doubled', subject: sid, runId, detail: `${sid} and ${other.sid} are both called ${tag}` }];
  if (runId) return [{ kind: 'number-orphaned', subject: sid, runId, detail: `${sid} is called ${tag}, and that run has no number` }];
  if (businesses.has(e164)) return [];
  return [{ kind: 'number-unknown', subject: sid, detail: `${sid} has no tag of ours, and no business has it` }];
}

function missing({ sid, state, runId }: Row, sids: ReadonlySet<string>): Finding[] {
  if (sid === null || !heldStates.includes(state) || sids.has(sid)) return [];
  return [
    { kind: 'number-missing', subject: sid, runId: runId ?? undefined, detail: `${sid} is ${state} here, and Twilio does not have it` },
  ];
}

function misnumbered({ businessId, runId, e164 }: Business, { byRun }: Index): Finding[] {
  const row = runId === null ? undefined : byRun.get(runId);
  if (runId === null || row?.e164 === e164) return [];
  const detail = row
    ? `business ${businessId} names another number than its run has`
    : `business ${businessId} names a number, and its run has none`;
  return [{ kind: 'business-misnumbered', subject: businessId, runId, detail }];
}

function shared({ businessId, runId, e164 }: Business, { businesses }: Index): Finding[] {
  const first = businesses.get(e164);
  if (!first || first.businessId === businessId) return [];
  const detail = `businesses ${first.businessId} and ${businessId} name the same number`;
  return [{ kind: 'number-doubled', subject: businessId, runId: runId ?? undefined, detail }];
}
