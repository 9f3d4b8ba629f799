/** The operator's word on mails that nobody knows went out, on real SQL: whoever they belong to, by whichever way, once and in the trail. */
import { supabaseMailLog } from '../../shared/clients/supabase/mail-log';
import { aPortal, databaseAs, type Portal, setClock, sunday } from './portal';
import { service } from './postgres';

let portal: Portal;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
});
beforeEach(() => setClock('2026-11-22T02:00:00Z'));
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});

const rows = (sql: string, parameters: unknown[] = []) => portal.postgres.query(sql, parameters);
const mailLog = () => supabaseMailLog(databaseAs(portal.postgres, service));

/** Claimed two hours ago, and nothing heard since. */
async function inDoubt(template: string, { key = template, runId = null as string | null } = {}): Promise<string> {
  const [mail] = await rows(
    `insert into public.email_messages (key, template, run_id, to_address, status, claimed_at) values ($1, $2, $3, 'a@b.example', 'unknown', $4) returning id`,
    [key, template, runId, sunday],
  );
  return String(mail?.['id']);
}
const found = (mailId: string, template: string) =>
  rows(
    `insert into public.audit_findings (audit, kind, subject, detail, first_seen_at, last_seen_at) values ('mails', 'mail-unconfirmed', $1, 'x', $2, $2)`,
    [`${mailId} ${template}`, sunday],
  );
const stateOf = async (mailId: string) => (await rows('select status, settled_by from public.email_messages where id = $1', [mailId]))[0];
const trailOf = async (mailId: string) =>
  (await rows(`select actor, action from public.audit_log where detail ->> 'mailId' = $1`, [mailId])).map(
    ({ actor, action }) => `${String(actor)}: ${String(action)}`,
  );

test('a mail of nobody’s run stands with its finding, and is settled on the board once', async () => {
  const mailId = await inDoubt('sign-in-link');
  await found(mailId, 'sign-in-link');
  const findingOf = async () => (await portal.operator.audits())!.open.find(({ subject }) => subject.startsWith(mailId));
  expect(await findingOf()).toMatchObject({ mail: { id: mailId, to: 'a@b.example', needsWord: true, sentAgainBy: null } });
  expect(await portal.nobody.settleMail(mailId, 'never-sent')).toBe('not-found');
  expect(await portal.operator.settleMail(mailId, 'never-sent')).toEqual({ template: 'sign-in-link', sentAgainBy: null });
  expect(await portal.operator.settleMail(mailId, 'was-sent')).toBe('settled');
  expect(await findingOf()).toMatchObject({ mail: { needsWord: false, settledBy: 'Maya' } });
  expect(await stateOf(mailId)).toEqual({ status: 'released', settled_by: 'Maya' });
  expect(await trailOf(mailId)).toEqual(['Maya: mail never-sent']);
});

test('the command settles any mail by its id, once, and leaves the same trail', async () => {
  const mailId = await inDoubt('invitation');
  const word = { mailId, decision: 'was-sent', by: 'Pat' } as const;
  expect(await mailLog().settleOne(word)).toEqual({ template: 'invitation', sentAgainBy: null });
  expect(await mailLog().settleOne(word)).toBeUndefined();
  expect(await mailLog().settleOne({ ...word, mailId: portal.mine.runId })).toBeUndefined();
  expect(await stateOf(mailId)).toEqual({ status: 'sent', settled_by: 'Pat' });
  expect(await trailOf(mailId)).toEqual(['Pat: mail was-sent']);
});

test('a claim of the last minute is on its way', async () => {
  const mailId = await inDoubt('invitation', { key: 'young' });
  await rows(`update public.email_messages set status = 'claimed', claimed_at = $2 where id = $1`, [mailId, '2026-11-22T01:59:30Z']);
  expect(await portal.operator.settleMail(mailId, 'was-sent')).toBe('settled');
  expect(await mailLog().settleOne({ mailId, decision: 'was-sent', by: 'Pat' })).toBeUndefined();
});

const againBy = async (mailId: string) => (await portal.operator.settleMail(mailId, 'send-again')) as object;
const ofRun = (template: string) => {
  const { runId } = portal.mine;
  return inDoubt(template, { key: `${runId}:${template}`, runId });
};

const confirmed = (at: string) =>
  rows(
    `update public.provisioning_steps set status = 'done', attempts = 1, started_at = $2, attempted_at = $2, finished_at = $2
      where run_id = $1 and step = 'SendConfirmation'`,
    [portal.mine.runId, at],
  );

const alertOf = (row: Record<string, unknown> | undefined) => inDoubt('lead-alert', { key: `lead-alert:${String(row?.['id'])}` });

describe('who sends a mail again', () => {
  test('is its step, as long as that is not done', async () => {
    await confirmed(sunday);
    expect(await againBy(await ofRun('welcome'))).toMatchObject({ sentAgainBy: 'redrive' });
    await rows(`delete from public.email_messages where template = 'confirmation'`);
    expect(await againBy(await ofRun('confirmation'))).toMatchObject({ sentAgainBy: null });
  });

  test('is the reminders’ hour, while the form is awaited and no later one is due', async () => {
    const { runId } = portal.mine;
    await rows(`update public.provisioning_runs set business_id = null, form_at = null, form_closed_at = null where id = $1`, [runId]);
    await confirmed('2026-11-18T00:00:00Z');
    expect(await againBy(await ofRun('reminder-3'))).toMatchObject({ sentAgainBy: 'schedule' });
    expect(await againBy(await ofRun('reminder-1'))).toMatchObject({ sentAgainBy: null });
    expect(await againBy(await ofRun('offer'))).toMatchObject({ sentAgainBy: 'schedule' });
    await rows(`update public.provisioning_runs set form_closed_at = $2 where id = $1`, [runId, sunday]);
    expect(await againBy(await inDoubt('reminder-7', { key: 'closed', runId }))).toMatchObject({ sentAgainBy: null });
  });

  test('is the alerts’ next minute, for as long as it is news', async () => {
    const { businessId } = portal.theirs;
    const leadOf = `select id from public.leads where business_id = $1 limit 1`;
    const insert = `insert into public.owner_alerts (business_id, lead_id, message_sid, urgent, due_at, created_at)
       select $1, (${leadOf}), $2, false, $3, $3 returning id`;
    const [fresh] = await rows(insert, [businessId, 'SM-fresh', sunday]);
    const [old] = await rows(insert, [businessId, 'SM-old', '2026-11-19T00:00:00Z']);
    expect(await againBy(await alertOf(fresh))).toMatchObject({ sentAgainBy: 'schedule' });
    expect(await againBy(await alertOf(old))).toMatchObject({ sentAgainBy: null });
  });

  test('is the step of an offboarding', async () => {
    const { runId } = portal.theirs;
    const started = await portal.operator.offboard({ runId, confirmation: 'INV-2', reason: 'x' });
    if (typeof started === 'string') throw new Error(started);
    const leaving = await inDoubt('leaving', { key: `${started.offboardingId}:leaving`, runId });
    expect((await portal.operator.runPage(runId))!.mails).toContainEqual(expect.objectContaining({ id: leaving, sentAgainBy: 'redrive' }));
    expect(await mailLog().settle({ invoiceNumber: 'INV-2', template: 'leaving', decision: 'send-again', by: 'Pat' })).toBe(1);
    expect(await stateOf(leaving)).toEqual({ status: 'released', settled_by: 'Pat' });
  });
});
