/** Takes over clients that were set up by hand, one after the other. Idempotent: a client that was taken over before is left as it is. */
import type { Adoption, Adoptions } from '../../shared/adoption';
import type { Telephony } from '../../shared/ports/twilio';
import type { FileRow } from './clients-file';

/** What became of a row. */
export type Adopted = { row: number; name: string; e164: string } & (Adoption | { outcome: 'wrong'; problems: string[] });

interface Wish {
  rows: FileRow[];
  isDryRun: boolean;
  by: string;
  /** Our own number for tests, which is nobody's. */
  testNumber: string;
}
interface Uses {
  adoptions: Pick<Adoptions, 'adopt'>;
  telephony: Pick<Telephony, 'findByNumber'>;
}

/** Buys nothing and writes to nobody. A row is adopted as a whole or not at all. */
export async function adoptAll({ rows, ...wish }: Wish, services: Uses, tell: (adopted: Adopted) => void): Promise<Adopted[]> {
  const results: Adopted[] = [];
  for (const row of rows) {
    const adopted = await adoptRow(row, wish, services);
    results.push(adopted);
    tell(adopted);
  }
  return results;
}

async function adoptRow(
  { row, name, problems, client, e164 }: FileRow,
  wish: Omit<Wish, 'rows'>,
  { adoptions, telephony }: Uses,
): Promise<Adopted> {
  const about = { row, name, e164 };
  if (!client || problems.length > 0) return { ...about, outcome: 'wrong', problems };
  if (e164 === wish.testNumber) return { ...about, outcome: 'refused', reason: 'this is our own test number' };
  const number = await telephony.findByNumber(e164);
  if (!number) return { ...about, outcome: 'refused', reason: 'our Twilio account does not have the number' };
  const { isDryRun, by } = wish;
  return { ...about, ...(await adoptions.adopt({ client, number: { e164, sid: number.sid }, isDryRun, by })) };
}

/** One line for people. */
export function adoptedText(adopted: Adopted, isDryRun: boolean): string {
  const { row, name, e164 } = adopted;
  return `row ${row}  ${name}  ${e164}  ${outcomeText(adopted, isDryRun)}`;
}

function outcomeText(adopted: Adopted, isDryRun: boolean): string {
  if (adopted.outcome === 'wrong') return `NOT ADOPTED: ${adopted.problems.join('; ')}`;
  if (adopted.outcome === 'refused') return `NOT ADOPTED: ${adopted.reason}`;
  if (adopted.outcome === 'already') return `was adopted before${loginText(adopted.login)}`;
  return `${isDryRun ? 'would be adopted' : 'adopted'}, business ${adopted.business}${loginText(adopted.login)}`;
}

function loginText(login: 'linked' | 'none'): string {
  return login === 'linked' ? ', login linked' : ', no login yet';
}
