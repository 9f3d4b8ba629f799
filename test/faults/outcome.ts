/** What came of something that was played: the vendors' ledgers, the mailbox and the tables that were written to. */
import type { LedgerEntry } from '../../local/twilio/account';
import { mailIdTag } from '../../shared/mail-tag';
import type { Rows, World } from './world';

/** How much there was before. */
export interface Start {
  mailStart: number;
  noticeStart: number;
  ledgerStart: number;
  textStart: number;
}

export interface Outcome {
  /** Of the tables that were written to since the last rewind. */
  rows: Rows;
  /** Keys of the mails that SES has taken, once each time. */
  mails: string[];
  notices: string[];
  /** What the numbers bought and released are called. */
  purchases: string[];
  releases: string[];
  texts: string[];
}

export function startOf({ ses, topics, twilio }: World): Start {
  return {
    mailStart: ses.mailbox().length,
    noticeStart: topics.messages().length,
    ledgerStart: twilio.ledger().length,
    textStart: twilio.messages().length,
  };
}

export async function outcomeSince(start: Start, world: World): Promise<Outcome> {
  const { ses, topics, twilio } = world;
  const rows = await world.changes();
  const keys = new Map((rows['public.email_messages'] ?? []).map(({ id, key }) => [String(id), String(key)]));
  const ledger = twilio.ledger().slice(start.ledgerStart);
  const names = (wanted: LedgerEntry['kind']) => ledger.flatMap(({ kind, friendlyName }) => (kind === wanted ? [friendlyName] : []));
  return {
    rows,
    mails: ses
      .mailbox()
      .slice(start.mailStart)
      .map(({ tags }) => keys.get(tags[mailIdTag] ?? '') ?? 'unknown to the database'),
    notices: topics
      .messages()
      .slice(start.noticeStart)
      .map(({ subject = '' }) => subject),
    purchases: names('purchase'),
    releases: names('release'),
    texts: twilio
      .messages()
      .slice(start.textStart)
      .filter(({ direction }) => direction === 'outbound-api')
      .map(({ body }) => body),
  };
}

/** Ids of the mails that went out twice although nobody had said that they should. */
export function sentTwice({ mailStart }: Start, settled: ReadonlySet<string>, world: World): string[] {
  const ids = world.ses
    .mailbox()
    .slice(mailStart)
    .map(({ tags }) => tags[mailIdTag] ?? '');
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index && !settled.has(id)))];
}
