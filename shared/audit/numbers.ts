/** Twilio's inventory against the database, both ways. Pure. */
import type { NumberBook, NumberWebhooks, OwnedNumber } from '../ports';
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

/** A purchase and its recording are seconds apart; retriers and a redrive may be in between. */
const RECORDED_WITHIN_MS = 60 * 60_000;

/** `adopted`: ours, not pointed at us yet; `quarantined`: the client has left, the number waits for its release. Both must be there. */
const heldStates = ['owned', 'configured', 'adopted', 'quarantined'];

export function auditNumbers(inventory: Inventory): Finding[] {
  const { owned, testNumber, book, before } = inventory;
  const ours = owned.filter(({ e164 }) => e164 !== testNumber);
  return [
    ...ours.flatMap((number) => findingsOf(number, inventory)),
    ...book.numbers
      .filter((row) => before.numbers.some((then) => then.sid === row.sid && then.state === row.state))
      .flatMap((row) => missing(row, owned)),
    ...misnumbered(book),
    ...shared(book),
  ];
}

function findingsOf(number: OwnedNumber, inventory: Inventory): Finding[] {
  const { book, now } = inventory;
  const row = book.numbers.find(({ sid, e164 }) => sid === number.sid || e164 === number.e164);
  if (!row) return [...strange(number, book)];
  if (row.state === 'configured') return misrouted(number, row, inventory);
  const isUnrecorded = !heldStates.includes(row.state) && now.getTime() - Date.parse(row.since) > RECORDED_WITHIN_MS;
  if (!isUnrecorded) return [];
  return [
    {
      kind: 'number-unrecorded',
      subject: number.sid,
      runId: row.runId ?? undefined,
      detail: `${number.sid} is ours, and its run has it as ${row.state}`,
    },
  ];
}

function misrouted(number: OwnedNumber, { runId }: Row, { webhooks }: Inventory): Finding[] {
  const wrong = wrongSettings(number, webhooks);
  if (wrong.length === 0) return [];
  return [
    {
      kind: 'number-misrouted',
      subject: number.sid,
      runId: runId ?? undefined,
      detail: `${number.sid} has another ${wrong.join(', ')} than ours`,
    },
  ];
}

/** A number without a row: bought for a run that has another or none, or by hand. A hand-made client's number stands in its business. */
function strange({ sid, tag, e164 }: OwnedNumber, book: NumberBook): Finding[] {
  const runId = runIdOf(tag);
  const other = book.numbers.find((row) => row.runId === runId && heldStates.includes(row.state));
  if (runId && other) return [{ kind: 'number-doubled', subject: sid, runId, detail: `${sid} and ${other.sid} are both called ${tag}` }];
  if (runId) return [{ kind: 'number-orphaned', subject: sid, runId, detail: `${sid} is called ${tag}, and that run has no number` }];
  if (book.businesses.some((business) => business.e164 === e164)) return [];
  return [{ kind: 'number-unknown', subject: sid, detail: `${sid} has no tag of ours, and no business has it` }];
}

function missing({ sid, state, runId }: Row, owned: readonly OwnedNumber[]): Finding[] {
  if (!heldStates.includes(state) || owned.some((number) => number.sid === sid)) return [];
  return [
    {
      kind: 'number-missing',
      subject: sid ?? runId ?? 'unknown',
      runId: runId ?? undefined,
      detail: `${sid} is ${state} here, and Twilio does not have it`,
    },
  ];
}

function misnumbered({ numbers, businesses }: NumberBook): Finding[] {
  return businesses.flatMap(({ businessId, runId, e164 }): Finding[] => {
    const row = runId === null ? undefined : numbers.find((number) => number.runId === runId);
    if (runId === null || row?.e164 === e164) return [];
    const detail = `business ${businessId} names another number than ${row ? 'its run has' : 'none, which its run has'}`;
    return [{ kind: 'business-misnumbered', subject: businessId, runId, detail }];
  });
}

function shared({ businesses }: NumberBook): Finding[] {
  return businesses.flatMap(({ businessId, runId, e164 }, index): Finding[] => {
    const first = businesses.slice(0, index).find((other) => other.e164 === e164);
    if (!first) return [];
    const detail = `businesses ${first.businessId} and ${businessId} name the same number`;
    return [{ kind: 'number-doubled', subject: businessId, runId: runId ?? undefined, detail }];
  });
}
