/** What must be true after a scene was mended: the vendors' ledgers, the mailbox and the database are as if nothing had gone wrong. */
import type { Replayed } from './replay';
import type { Scene } from './tour';
import type { Rows } from './world';

/** Extra rows of these do no harm: a link that was mailed to nobody opens nothing, and who redrove is noted. */
const harmless = ['public.invites', 'public.sign_in_links', 'public.audit_log'];
/** What a redrive does anew on purpose, and what a person may ask for again. */
const free: Record<string, string[]> = {
  'send-test-sms': ['public.messages', 'public.leads'],
  'verify-system': ['public.messages', 'public.leads'],
  portal: ['public.email_messages'],
};
/** Times, counts of attempts, and what is random. */
const volatile = /(_at|_ms|_utc|_until|attempts?|claims|redrives|token|hash|nonce|sid|^id|_by|password|login_at|opened|error|message_id)$/;
const random: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid'],
  [/\+61480\d{6}/g, 'number'],
  [/PN[0-9a-f]{32}|SM[0-9a-f]{32}/g, 'sid'],
  [/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+\d\d:\d\d)/g, 'time'],
  [/CoreSentia test \w+(-\d+)?:[^"]*/g, 'test text'],
  [/"(version|reply|body)": ?"[^"]*"/g, ''],
];

/** Every difference between a mended scene and one in which nothing went wrong. */
export function problems(scene: Scene, replayed: Replayed, plain: Replayed): string[] {
  return [
    ...(replayed.done ? [] : [`not done: ${replayed.lastError}`]),
    ...replayed.early.map(() => 'a mail went out twice before it was settled'),
    ...rowProblems(scene, replayed.rows, plain.rows),
    ...mailProblems(scene, replayed.mails, plain.mails),
    ...compare('numbers bought', replayed.purchases, plain.purchases),
    ...textProblems(replayed),
    ...noticeProblems(replayed.notices, plain.notices),
    ...(replayed.wait === plain.wait ? [] : [`the wait is ${replayed.wait}, not ${plain.wait}`]),
    ...(replayed.mails.includes('unknown to the database') ? ['a mail that the database does not know'] : []),
  ];
}

/** Each redrive may send a test of its own, never two of the same. */
function textProblems({ texts, redrives }: Replayed): string[] {
  const twice = texts.length > new Set(texts).size ? ['a test text went out twice'] : [];
  return texts.length > redrives + 1 ? [...twice, `${texts.length} test texts with ${redrives} redrives`] : twice;
}

function rowProblems({ fn }: Scene, rows: Rows, plain: Rows): string[] {
  const tables = [...new Set([...Object.keys(rows), ...Object.keys(plain)])];
  return tables.flatMap((table) => {
    if (harmless.includes(table) || (free[fn] ?? []).includes(table) || (table.startsWith('auth.') && table !== 'auth.users')) return [];
    const [found, wanted] = [normal(rows[table]), normal(plain[table])];
    if (found === undefined || wanted === undefined) return [`${table} is ${found ? 'written to' : 'untouched'}`];
    const extra = found.filter((row) => !wanted.includes(row));
    if (found.length === wanted.length && extra.length === 0) return [];
    return [`${table}: ${found.length} rows for ${wanted.length}${extra[0] ? `, one is ${extra[0].slice(0, 300)}` : ''}`];
  });
}

function normal(rows: Rows[string] | undefined): string[] | undefined {
  return rows
    ?.map((row) => {
      const kept = Object.entries(row).filter(([name]) => !volatile.test(name));
      const text = JSON.stringify(
        Object.fromEntries(kept.map(([name, value]) => [name, name === 'status' && isOut(value) ? 'out' : value])),
      );
      return random.reduce((all, [pattern, name]) => all.replace(pattern, name), text);
    })
    .sort();
}

const isOut = (status: unknown) => status === 'sent' || status === 'delivered';

/** The portal's own links are asked for by somebody who can ask again: at most once there, exactly once everywhere else. */
function mailProblems({ fn }: Scene, mails: string[], plain: string[]): string[] {
  const twice = plain.flatMap((key) => (mails.filter((one) => one === key).length > 1 ? [`mail ${kind(key)} went out twice`] : []));
  const missing = fn === 'portal' ? [] : plain.flatMap((key) => (mails.includes(key) ? [] : [`mail ${kind(key)} never went out`]));
  const extra = mails.flatMap((key) => (plain.includes(key) || fn === 'portal' ? [] : [`mail ${kind(key)} was not to be sent`]));
  return [...twice, ...missing, ...extra];
}

const kind = (key: string) => key.split(':').at(-1) ?? '';

function compare(what: string, found: string[], wanted: string[]): string[] {
  return found.length === wanted.length ? [] : [`${what}: ${found.length} for ${wanted.length}`];
}

/** Notices are the operator's: better twice than never. */
function noticeProblems(notices: string[], plain: string[]): string[] {
  return plain.flatMap((subject) => {
    const count = notices.filter((one) => one === subject).length;
    if (count === 0) return [`the operator was not told “${subject}”`];
    return count > 2 ? [`the operator was told ${count} times`] : [];
  });
}
