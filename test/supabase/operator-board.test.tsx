import { renderToString } from 'hono/jsx/dom/server';
import { AuditsPage } from '../../functions/portal/pages/operator-audits-page';
import { BoardPage } from '../../functions/portal/pages/operator-lists';
import { FeedbackListPage, OperatorThreadPage } from '../../functions/portal/pages/operator-watch-pages';
import { checklistOf } from '../../shared/run-report';
import { aPortal, type Portal, setClock, sunday } from './portal';
import { aForm } from '../fakes/a-run';
import { service } from './postgres';

let portal: Portal;
let runId: string;
let businessId: string;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
  ({ runId, businessId } = portal.mine);
});
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});
const rows = (sql: string, parameters: unknown[] = []) => portal.postgres.query(sql, parameters);
const trail = async () => (await portal.owner.auditTrail(businessId, 1))!.entries.map(({ actor, action }) => `${actor}: ${action}`);

const all = { search: '', isStuckOnly: false, page: 1 };

test('everything is null to an owner, who is no operator', async () => {
  const { nobody } = portal;
  expect(await Promise.all([nobody.board(all), nobody.runPage(runId), nobody.clients({ search: '', status: null, page: 1 })])).toEqual([
    null,
    null,
    null,
  ]);
  expect(await nobody.addNote(runId, 'x')).toBe('not-found');
  expect(await nobody.approveForm(runId)).toBe('not-found');
  expect(await nobody.watchList()).toBeNull();
});

const invoices = async (search: string) =>
  (await portal.operator.board({ ...all, search }))!.runs.map(({ invoiceNumber }) => invoiceNumber).sort();

test('the board lists every run and is searched by client, invoice and number', async () => {
  expect(await invoices('')).toEqual(['INV-1', 'INV-2']);
  expect(await invoices('client 1')).toEqual(['INV-1']);
  expect(await invoices('INV-2')).toEqual(['INV-2']);
  expect(await invoices('+61480000002')).toEqual(['INV-2']);
  expect(await invoices('%')).toEqual([]);
});

test('the board shows how far the owner has come, and its second page is empty', async () => {
  await portal.owner.walkthroughDone(businessId, 'see-demo');
  await portal.owner.walkthroughSkip(businessId, true);
  const board = (await portal.operator.board({ ...all, search: 'INV-1' }))!;
  expect(board).toMatchObject({ total: 1, stuck: 0, runs: [{ walkthrough: { steps: 5, done: 2, skipped: 3 } }] });
  expect(await portal.operator.board({ ...all, page: 2 })).toMatchObject({ total: 2, runs: [] });
  expect(await portal.operator.board({ ...all, isStuckOnly: true })).toMatchObject({ total: 2, stuck: 0, runs: [] });
  await portal.owner.walkthroughSkip(businessId, false);
});

const standing = async (now: string) => {
  setClock(now);
  return (await portal.operator.board({ ...all, search: 'INV-1' }))!.runs[0]!.standing;
};
const begin = (step: string, now: string) =>
  portal.postgres.rpc(
    'begin_step',
    { p_run_id: runId, p_step: step, p_execution_id: 'execution-1', p_redrive_count: 0, p_now: now },
    service,
  );

const told = (at: string, key = 'execution/execution-1/event-5') =>
  rows('insert into public.operator_notices (key, claimed_at, sent_at) values ($1, $2, $2)', [key, at]);
const forget = () => rows(`delete from public.operator_notices where key like 'execution/%'`);
const setStep = (change: string) =>
  rows(`update public.provisioning_steps set ${change} where run_id = $1 and step = 'ConfirmDeposit'`, [runId]);

describe('a run that stands', () => {
  beforeAll(() => begin('ConfirmDeposit', sunday));
  afterAll(() => setClock(sunday));

  test.each([
    ['29 minutes at a step', '2026-11-22T00:29:00Z', false],
    ['31 minutes at a step', '2026-11-22T00:31:00Z', true],
  ])('for %s is stuck: %s %s', async (_what, now, isStuck) => {
    expect(await standing(now)).toMatchObject({ waitingFor: 'machine', since: '2026-11-22T00:00:00.000Z', isStuck });
  });

  test('at a failure waits for the operator at once', async () => {
    const failure = { p_run_id: runId, p_step: 'ConfirmDeposit', p_error: 'RunNotFound', p_message: 'x', p_now: '2026-11-22T00:40:00Z' };
    await portal.postgres.rpc('fail_step', failure, service);
    expect(await standing('2026-11-22T00:41:00Z')).toEqual({
      waitingFor: 'operator',
      since: '2026-11-22T00:40:00.000Z',
      sinceMs: 60_000,
      isStuck: true,
    });
  });

  test.each([
    ['ReplyPending', '2026-11-22T00:41:00Z', 'machine'],
    ['ReplyPending', '2026-11-22T00:42:00Z', 'operator'],
    ['TransientError', '2026-11-22T00:41:00Z', 'machine'],
    ['EmailUnconfirmed', '2026-11-22T00:55:00Z', 'machine'],
    ['EmailUnconfirmed', '2026-11-22T00:57:00Z', 'operator'],
    ['TypeError', '2026-11-22T00:40:01Z', 'operator'],
  ])('at %s of 00:40 waits at %s for the %s, as retriers do', async (error, now, waitingFor) => {
    await setStep(`error = '${error}'`);
    expect(await standing(now)).toMatchObject({ waitingFor, isStuck: waitingFor === 'operator', since: '2026-11-22T00:40:00.000Z' });
  });

  test('at a failure that may be retried waits for the operator as soon as there is an alert of its execution', async () => {
    await setStep(`error = 'EmailUnconfirmed'`);
    await told('2026-11-22T00:40:05Z', 'execution/execution-12/event-5');
    await told('2026-11-22T00:39:00Z', 'execution/execution-1/event-3');
    expect(await standing('2026-11-22T00:41:00Z')).toMatchObject({ waitingFor: 'machine' });
    await told('2026-11-22T00:40:05Z');
    expect(await standing('2026-11-22T00:41:00Z')).toMatchObject({ waitingFor: 'operator', since: '2026-11-22T00:40:00.000Z' });
    await forget();
  });

  test.each([
    [`status = 'running', error = null, finished_at = null, attempted_at = '2026-11-22T00:30:00Z'`, 'machine'],
    [`status = 'waiting', error = null, finished_at = '2026-11-22T00:30:00Z'`, 'client'],
  ])('with %s whose execution has ended behind the ledger’s back waits for the operator', async (change, before) => {
    await setStep(change);
    expect(await standing('2026-11-22T00:41:00Z')).toMatchObject({ waitingFor: before, isStuck: false });
    await told('2026-11-22T00:35:00Z');
    expect(await standing('2026-11-22T00:41:00Z')).toEqual({
      waitingFor: 'operator',
      since: '2026-11-22T00:35:00.000Z',
      sinceMs: 360_000,
      isStuck: true,
    });
    await forget();
  });

  test('at the operator counts as the operator’s time while it does, and not as the machine’s', async () => {
    await setStep(`status = 'failed', error = 'RunNotFound', finished_at = '2026-11-22T00:40:00Z', attempted_at = '2026-11-22T00:00:00Z'`);
    setClock('2026-11-22T03:40:00Z');
    const { report } = (await portal.operator.runPage(runId))!;
    expect(report.steps[0]).toMatchObject({ step: 'ConfirmDeposit', operatorMs: 3 * 3_600_000 });
    expect(checklistOf(report).minutes.operator).toBe(180);
  });

  test('of a cancelled run is over, and takes no time any more', async () => {
    const reason = { reason: 'left', confirmation: 'INV-1', runId };
    setClock('2026-11-22T01:40:00Z');
    expect(await portal.operator.offboard(reason)).toMatchObject({ outcome: 'done' });
    await rows(`update public.provisioning_runs set status = 'cancelled' where id = $1`, [runId]);
    setClock('2026-11-25T00:00:00Z');
    const { report, standing: over } = (await portal.operator.runPage(runId))!;
    expect([over.waitingFor, report.steps[0]!.operatorMs]).toEqual([null, 0]);
    expect(report.elapsedMs).toBe(Date.parse('2026-11-22T01:40:00Z') - Date.parse(report.createdAt));
    await rows(`update public.provisioning_runs set status = 'running' where id = $1`, [runId]);
    await rows('delete from public.offboarding_steps');
    await rows('delete from public.offboardings');
  });

  test('comes before the others, newer as they are', async () => {
    await rows(`update public.provisioning_runs set created_at = created_at - interval '1 hour' where id = $1`, [runId]);
    await setStep(`status = 'failed', error = 'RunNotFound', finished_at = '2026-11-22T00:40:00Z'`);
    await rows(`update public.provisioning_steps set status = 'done', attempts = 1, started_at = $2, finished_at = $2 where run_id = $1`, [
      portal.theirs.runId,
      sunday,
    ]);
    setClock('2026-11-22T00:45:00Z');
    const board = (await portal.operator.board(all))!;
    expect(board.runs.map(({ invoiceNumber, standing: { isStuck } }) => [invoiceNumber, isStuck])).toEqual([
      ['INV-1', true],
      ['INV-2', false],
    ]);
  });

  test('for the first week’s checks waits for the calendar and is not stuck', async () => {
    await rows(
      `update public.provisioning_steps set status = 'done', error = null, attempts = 1, started_at = $2, finished_at = $2 where run_id = $1 and position <= 12`,
      [runId, sunday],
    );
    await rows(`update public.provisioning_runs set day1_at = '2026-11-23', day3_at = '2026-11-25', day7_at = '2026-11-29' where id = $1`, [
      runId,
    ]);
    expect(await standing('2026-11-22T23:00:00Z')).toMatchObject({ waitingFor: 'schedule', isStuck: false });
    expect(await standing('2026-11-23T00:31:00Z')).toMatchObject({ waitingFor: 'machine', isStuck: true });
    // Somebody has stopped the execution before its day.
    await told('2026-11-22T12:00:00Z');
    expect(await standing('2026-11-22T23:00:00Z')).toMatchObject({
      waitingFor: 'operator',
      since: '2026-11-22T12:00:00.000Z',
      isStuck: true,
    });
    await forget();
  });
});

test('an odd form is on the board until somebody has looked at it', async () => {
  const odd = async () => (await portal.operator.board({ ...all, search: 'INV-1' }))!.runs[0]!.oddAnswers;
  expect(await odd()).toBe(0);
  await rows(`update public.provisioning_steps set evidence = $2 where run_id = $1 and step = 'ReviewOnboarding'`, [
    runId,
    JSON.stringify({ oddities: 2, flags: 'mobile: does not look like an Australian mobile' }),
  ]);
  expect(await odd()).toBe(2);
  expect(await portal.operator.approveForm(runId)).toBe('done');
  expect(await odd()).toBe(0);
});

test('the page of a run says who signs in and what the alert of a failure says', async () => {
  const page = (await portal.operator.runPage(runId))!;
  expect(page.loginEmail).toBe('c1@example.com');
  expect(page.failedRun).toMatchObject({ invoiceNumber: 'INV-1', numberState: 'configured' });
});

test('a note, an approved and a corrected form name the operator, and no answer', async () => {
  expect(await portal.operator.addNote(runId, ' called, will send the ABN ')).toBe('done');
  expect(await portal.operator.addNote(runId, ' ')).toBe('length');
  expect(await portal.operator.approveForm(runId)).toBe('done');
  expect(await portal.operator.correctForm(runId, aForm({ businessName: 'Corrected Pty Ltd' }))).toBe('done');
  const page = (await portal.operator.runPage(runId))!;
  expect(page.report.notes).toBe('2026-11-22 00:00 UTC, Maya: called, will send the ABN');
  expect(page.submission).toMatchObject({ form: { businessName: 'Corrected Pty Ltd' }, reviewedBy: 'Maya' });
  expect(page.report.corrections.map(({ action }) => action)).toEqual(expect.arrayContaining(['approved the form', 'corrected the form']));
  expect(JSON.stringify(page.report.corrections)).not.toContain('Corrected Pty');
  expect((await portal.owner.frame(businessId))!.business.name).toBe('Corrected Pty Ltd');
});

test('mails go again while they may, each a mail of its own', async () => {
  expect(await portal.operator.planResend(runId, 'invite')).toBe('form-is-there');
  expect(await portal.operator.planResend(runId, 'sign-in-link')).toMatchObject({
    count: 1,
    email: 'c1@example.com',
    userId: portal.mine.userId,
  });
  expect(await portal.operator.planResend(runId, 'sign-in-link')).toMatchObject({ count: 2 });
});

test('an unconfirmed mail is settled once', async () => {
  const [mail] = await rows('select id from public.email_messages where run_id = $1', [runId]);
  const mailId = String(mail?.id);
  expect(await portal.operator.settleMail(mailId, 'send-again')).toBe('settled');
  setClock('2026-11-22T00:02:00Z');
  expect((await portal.operator.runPage(runId))!.mails[0]).toMatchObject({ id: mailId, needsWord: true });
  expect(await portal.operator.settleMail(mailId, 'send-again')).toMatchObject({ template: expect.any(String) });
  expect(await portal.operator.settleMail(mailId, 'was-sent')).toBe('settled');
  setClock(sunday);
});

test('clients are searched, filtered and paged', async () => {
  const names = async (search: string, status: string | null = null) =>
    (await portal.operator.clients({ search, status, page: 1 }))!.clients.map(({ name }) => name);
  expect((await names('')).sort()).toEqual(['Client 1', 'Client 2']);
  expect(await names('c2@')).toEqual(['Client 2']);
  expect(await names('', 'Live')).toEqual([]);
  expect(await portal.operator.clients({ search: '', status: null, page: null })).toMatchObject({ total: 2 });
});

describe('conversations', () => {
  let leadId: string;
  let messageId: number;
  beforeAll(async () => {
    leadId = await portal.aLead('+61466000001', { body: 'my secret' });
    messageId = await portal.aText(leadId, { direction: 'outbound', at: sunday, body: 'a strange answer' });
  });

  test('are closed to the operator without the client’s word', async () => {
    expect(await portal.operator.clientLeads(businessId)).toBeNull();
    expect(await portal.operator.clientThread({ businessId, leadId })).toBeNull();
  });

  test('show the one reply that was flagged, and the look stands in the client’s trail', async () => {
    const flag = { businessId, kind: 'wrong-reply' as const, body: 'That is not our price', messageId: String(messageId), page: '/leads' };
    const given = await portal.staff.giveFeedback(flag);
    expect(given).toEqual({ feedbackId: expect.any(String), isNew: true });
    expect(await portal.staff.giveFeedback(flag)).toEqual({ ...(given as object), isNew: false });
    expect(await portal.other.giveFeedback({ ...flag, businessId: portal.theirs.businessId })).toBe('not-found');
    const { feedbackId } = given as { feedbackId: string };
    const list = JSON.stringify(await portal.operator.feedback(null, 1));
    expect(list).toContain('not our price');
    expect(list).not.toContain('strange answer');
    expect(await portal.operator.flaggedMessage(feedbackId)).toMatchObject({ body: 'a strange answer', comment: 'That is not our price' });
    expect((await trail())[0]).toBe('Maya: CoreSentia read a flagged reply');
    expect(await portal.operator.setFeedback(feedbackId, 'closed')).toBe('done');
    expect((await portal.operator.watchList())!.businesses.find((one) => one.businessId === businessId)?.watch).toMatchObject({
      flaggedReplies: 1,
    });
  });

  test('of any length come in pages of less than 100 KB, newest first', async () => {
    expect(await portal.owner.grantAccess(businessId, 2)).toBe('done');
    const longLead = await portal.aLead('+61466000009', { body: 'first' });
    for (let count = 0; count < 60; count += 1)
      await portal.aText(longLead, { direction: 'inbound', at: sunday, body: `${count} ${'x'.repeat(1590)}` });
    const one = { businessId, leadId: longLead };
    const newest = (await portal.operator.clientThread(one))!;
    expect([newest.messages.length, newest.hasEarlier, newest.messages.at(-1)!.body.slice(0, 3)]).toEqual([50, true, '59 ']);
    expect(renderToString(<OperatorThreadPage businessId={businessId} thread={newest} />).length).toBeLessThan(95 * 1024);
    const earlier = (await portal.operator.clientThread(one, newest.messages[0]!.id))!;
    expect([earlier.messages.length, earlier.hasEarlier, earlier.messages[0]!.body]).toEqual([11, false, 'first']);
    expect(await portal.owner.grantAccess(businessId, null)).toBe('done');
  });

  test('are open while the grant lasts, each look in the trail', async () => {
    expect(await portal.staff.grantAccess(businessId, 2)).toBe('not-found');
    expect(await portal.owner.grantAccess(businessId, 169)).toBe('hours');
    expect(await portal.owner.grantAccess(businessId, 2)).toBe('done');
    expect((await portal.operator.clientLeads(businessId))?.leads.map(({ id }) => id)).toContain(leadId);
    expect((await portal.operator.clientThread({ businessId, leadId }))?.messages[0]?.body).toBe('my secret');
    expect((await trail()).slice(0, 2)).toEqual(['Maya: CoreSentia read a conversation', 'Maya: CoreSentia looked at the leads']);
    expect(await portal.operator.clientLeads(portal.theirs.businessId)).toBeNull();
    setClock('2026-11-22T02:00:00Z');
    expect(await portal.operator.clientLeads(businessId)).toBeNull();
    setClock(sunday);
    expect(await portal.owner.grantAccess(businessId, null)).toBe('done');
    expect(await portal.operator.clientLeads(businessId)).toBeNull();
  });
});

test('failed sign-ins of known people are counted, those of strangers leave nothing', async () => {
  const fail = (email: string) => portal.postgres.rpc('record_sign_in_failure', { p_email: email, p_now: sunday }, service);
  await fail('C1@example.com');
  await fail('c1@example.com');
  await fail('stranger@example.com');
  expect(await rows('select failures from public.sign_in_failures')).toEqual([{ failures: 2 }]);
  expect((await portal.operator.runPage(runId))!.watch.failedSignIns).toBe(2);
});

test('the longest feedback that people can write fits on pages of less than 90 KB, every one on one of them', async () => {
  const body = 'It is slow. '.repeat(416);
  for (let count = 0; count < 30; count += 1)
    await rows('insert into public.feedback (business_id, kind, body, page, status, created_at) values ($1, $2, $3, $4, $5, now())', [
      businessId,
      'bug',
      `${count} ${body}`,
      '/leads',
      'seen',
    ]);
  const seen: string[] = [];
  for (let page = 1; page <= 3; page += 1) {
    const list = (await portal.operator.feedback('seen', page))!;
    expect(renderToString(<FeedbackListPage list={list} status="seen" page={page} />).length).toBeLessThan(90 * 1024);
    seen.push(...list.feedback.map(({ body: words }) => words.split(' ')[0]!));
  }
  expect(new Set(seen).size).toBe(30);
});

test('the board with every place taken, and the audits with hundreds of findings, weigh less than 100 KB', async () => {
  const name = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Plumbing';
  const [run] = (await portal.operator.board({ ...all, search: 'INV-1' }))!.runs;
  await rows(
    `with more as (
       insert into public.businesses (id, business_name, status, subscription_status, created_at)
       select gen_random_uuid(), $1 || n, 'active', 'active', now() from generate_series(1, 40) n returning id)
     insert into public.feedback (business_id, kind, body, created_at) select id, 'bug', 'slow', $2 from more`,
    [name, sunday],
  );
  const watched = (await portal.operator.watchList())!;
  expect(watched.businesses).toHaveLength(30);
  expect(watched.total).toBeGreaterThanOrEqual(40);
  const failure = { step: 'ProvisionNumber' as const, error: 'RegulatoryBundleRequired', message: null };
  const one = {
    ...run!,
    businessName: name,
    failure,
    oddAnswers: 3,
    unsettledMails: 2,
    executionId: `arn:aws:states:x:1:execution:y:${'z'.repeat(36)}`,
  };
  const board = { operatorName: 'Maya', pageSize: 50, total: 999, stuck: 99, runs: Array.from({ length: 50 }, () => one) };
  const page = renderToString(<BoardPage board={board} watched={watched} search="x" isStuckOnly page={2} />);
  expect(page.length).toBeLessThan(90 * 1024);
  await rows(
    `insert into public.audit_findings (audit, kind, subject, detail, first_seen_at, last_seen_at, resolved_at)
     select 'numbers', 'number-misrouted', 'PN' || n, repeat('x', 150), $1, $1, case when n > 200 then $1::timestamptz end from generate_series(1, 300) n`,
    [sunday],
  );
  const audits = (await portal.operator.audits())!;
  expect([audits.open.length, audits.openTotal, audits.resolved.length]).toEqual([60, 200, 30]);
  expect(renderToString(<AuditsPage audits={audits} stage="prod" />).length).toBeLessThan(90 * 1024);
});
