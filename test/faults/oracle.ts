/** What must be true after a scene was mended: the vendors' ledgers, the mailbox and the database are as if nothing had gone wrong. */
import type { Replayed } from './replay';
import type { Scene } from './tour';
import type { Rows } from './world';

/**
 * Extra or missing rows of these do no harm: a link that was mailed to nobody opens nothing, who redrove is noted, how often somebody tried is counted,
 * and a step of the walkthrough can be walked again.
 */
const harmless = ['invites', 'sign_in_links', 'audit_log', 'rate_limits', 'sign_in_failures', 'walkthrough_steps'].map(
  (table) => `public.${table}`,
);
/** Who does what a person in front of a page has asked for, and can ask for again. */
const asked = ['portal', 'send-sign-in-link'];
/** What a redrive does anew on purpose, and what a person who presses again asks for again. */
const free: Record<string, string[]> = {
  'send-test-sms': ['messages', 'leads'],
  'verify-system': ['messages', 'leads'],
  // Who calls while the database is away is asked to text; the call may be missing, or stand there as answered.
  'voice-webhook': ['calls'],
  // An audit tells what it has found so far; what it could not look at, the next one finds and tells.
  'audit-accounts': ['audit_findings', 'operator_notices'],
  // Of a whole way (`pairs.ts`): a redrive sends a test of its own, and a failure is told.
  pair: ['messages', 'leads', 'operator_notices'],
  'send-sign-in-link': ['email_messages'],
  portal: ['email_messages', 'operator_notices', 'access_grants', 'email_changes', 'member_invitations', 'feedback'],
};
/** Times, counts of attempts, and what is random. A text goes out at most once: in doubt it is shown as such and never sent again. */
const volatile =
  /(_at|_ms|_utc|_until|attempts?|announcements|claims|redrives|revision|tokens?|hash|nonce|sid|^id|_by|password|login_at|opened|error|error_code|message_id|sms_status|text_status)$/;
const random: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid'],
  [/\+61480\d{6}/g, 'number'],
  [/PN[0-9a-f]{32}|SM[0-9a-f]{32}/g, 'sid'],
  [/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+\d\d:\d\d)/g, 'time'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'time'],
  [/audit\/[0-9a-f]{32}/g, 'audit'],
  [/INV-\d+/g, 'invoice'],
  [/CoreSentia test \w+(-\d+)?:[^"]*/g, 'test text'],
  [/"(version|reply|body|notes)": ?"[^"]*"/g, '"$1":""'],
];
const withTexts = ['public.messages', 'public.manual_replies'];

/** Every difference between a mended scene and one in which nothing went wrong. */
export function problems(scene: Pick<Scene, 'fn'>, replayed: Replayed, plain: Replayed): string[] {
  return [
    ...(replayed.done ? [] : [`not done: ${replayed.lastError}`]),
    ...replayed.early.map(() => 'a mail went out twice before it was settled'),
    ...rowProblems(scene, replayed.rows, plain.rows),
    ...mailProblems(scene, replayed.mails, plain.mails),
    ...compare('numbers bought', replayed.purchases, plain.purchases),
    ...compare('numbers released', replayed.releases, plain.releases),
    ...textProblems(replayed, plain),
    ...(scene.fn === 'audit-accounts' ? untold(replayed.rows) : noticeProblems(scene, replayed.notices, plain.notices)),
    ...(replayed.wait === plain.wait ? [] : [`the wait is ${replayed.wait}, not ${plain.wait}`]),
    ...(replayed.mails.includes('unknown to the database') ? ['a mail that the database does not know'] : []),
  ];
}

/** Nobody gets the same text twice; each redrive may send a test of its own. */
function textProblems({ texts, redrives }: Replayed, plain: Replayed): string[] {
  const twice = texts.length > new Set(texts).size ? ['a text went out twice'] : [];
  return texts.length > redrives + Math.max(1, plain.texts.length) ? [...twice, `${texts.length} texts with ${redrives} redrives`] : twice;
}

function rowProblems({ fn }: Pick<Scene, 'fn'>, rows: Rows, plain: Rows): string[] {
  const tables = [...new Set([...Object.keys(rows), ...Object.keys(plain)])];
  return tables.flatMap((table) => {
    if (
      harmless.includes(table) ||
      (free[fn] ?? []).includes(table.replace('public.', '')) ||
      (table.startsWith('auth.') && table !== 'auth.users')
    )
      return [];
    const [found, wanted] = [normal(table, rows[table]), normal(table, plain[table])];
    if (found === undefined || wanted === undefined) return [`${table} is ${found ? 'written to' : 'untouched'}`];
    const extra = found.filter((row) => !wanted.includes(row));
    if (found.length === wanted.length && extra.length === 0) return [];
    return [`${table}: ${found.length} rows for ${wanted.length}${extra[0] ? `, one is ${extra[0].slice(0, 300)}` : ''}`];
  });
}

function normal(table: string, rows: Rows[string] | undefined): string[] | undefined {
  return rows
    ?.map((row) => {
      const kept = Object.entries(row).filter(([name]) => !volatile.test(name) && !(name === 'status' && withTexts.includes(table)));
      const text = JSON.stringify(
        Object.fromEntries(kept.map(([name, value]) => [name, name === 'status' && isOut(value) ? 'out' : value])),
      );
      return random.reduce((all, [pattern, name]) => all.replace(pattern, name), text);
    })
    .sort();
}

const isOut = (status: unknown) => status === 'sent' || status === 'delivered';

/** Links to sign in are asked for by somebody who can ask again: at most once there, exactly once everywhere else. */
function mailProblems({ fn }: Pick<Scene, 'fn'>, mails: string[], plain: string[]): string[] {
  const count = (list: string[], one: string) => list.filter((key) => kind(key) === one).length;
  return [...new Set([...mails, ...plain].map(kind))].flatMap((one) => {
    const [found, wanted] = [count(mails, one), count(plain, one)];
    if (found === wanted || (asked.includes(fn) && (found < wanted || wanted === 0))) return [];
    return [`mail ${one} went out ${found} times, not ${wanted}`];
  });
}

/** A mail's key without ids. */
const kind = (key: string) => key.replace(/[0-9a-f-]{36}/g, 'id');

function compare(what: string, found: string[], wanted: string[]): string[] {
  return found.length === wanted.length ? [] : [`${what}: ${found.length} for ${wanted.length}`];
}

/** Each finding has been told. */
function untold(rows: Rows): string[] {
  const silent = (rows['public.audit_findings'] ?? []).filter((row) => row['announced_at'] === null && row['resolved_at'] === null);
  return silent.length > 0 ? [`${silent.length} findings were not told`] : [];
}

const subjectOf = (notice: string) => notice.replace(/INV-\d+/g, 'invoice');

/** Notices are the operator's: better twice than never. Feedback stands on the board, told or not. */
function noticeProblems({ fn }: Pick<Scene, 'fn'>, notices: string[], plain: string[]): string[] {
  return plain.map(subjectOf).flatMap((subject) => {
    const count = notices.filter((one) => subjectOf(one) === subject).length;
    if (count === 0 && fn !== 'portal') return [`the operator was not told “${subject}”`];
    return count > 2 ? [`the operator was told ${count} times`] : [];
  });
}
