/** Offboarding on real SQL: what every step changes, what an undo puts back, and who may release. */
import { offboardingSteps } from '../../shared/offboarding';
import { type Operator, operatorOf } from '../../functions/portal/operator/operator';
import { aTenant } from './a-business';
import { aPortal, aUser, databaseAs, type Portal, setClock, sunday } from './portal';
import { member, migratedPostgres, type Postgres, service } from './postgres';

const day = (days: number) => new Date(Date.parse(sunday) + days * 86_400_000).toISOString();
const execution = 'offboarding-1';

let postgres: Postgres;
let portal: Portal;
/** A second operator. */
let second: Operator;
beforeAll(async () => {
  postgres = await migratedPostgres();
});
beforeEach(async () => {
  setClock(sunday);
  portal = await aPortal(postgres);
  const userId = await aUser(portal.postgres, 'pat@coresentia.example');
  await rows(`insert into public.operators (user_id, name, created_at) values ($1, 'Pat', $2)`, [userId, sunday]);
  second = operatorOf(databaseAs(portal.postgres, member(userId)));
});
afterEach(async () => {
  jest.useRealTimers();
  const tables = await postgres.query(
    `select string_agg(format('public.%I', tablename), ', ') as names from pg_tables where schemaname = 'public' and tablename <> 'system_settings'`,
  );
  await postgres.query(`truncate auth.users, ${String(tables[0]?.names)} cascade`);
});
afterAll(() => postgres.close());

const rows = (sql: string, parameters: unknown[] = []) => portal.postgres.query(sql, parameters);
const one = async (sql: string, parameters: unknown[] = []) => (await rows(sql, parameters))[0]!;
const rpc = (name: string, args: Record<string, unknown>, now: string | null = sunday) =>
  portal.postgres.rpc(name, { ...args, ...(now && { p_now: now }) }, service);
const of = (offboardingId: string) => ({ p_offboarding_id: offboardingId });

async function start(confirmation = 'INV-1', reason = 'Closed their shop'): Promise<string> {
  const started = await portal.operator.offboard({ runId: portal.mine.runId, confirmation, reason });
  if (typeof started === 'string') throw new Error(started);
  return started.offboardingId;
}
const begin = (offboardingId: string, step: string, executionId = execution) =>
  rpc('begin_offboarding_step', { ...of(offboardingId), p_step: step, p_execution_id: executionId, p_redrive_count: 0 });

/** All steps up to the wait, each twice, as a lost answer would have it. */
async function toQuarantine(offboardingId: string): Promise<void> {
  for (const step of ['StopProvisioning', 'SuspendBusiness', 'DisableLogin', 'QuarantineNumber', 'AwaitRelease']) {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await begin(offboardingId, step);
      if (step === 'StopProvisioning') await rpc('cancel_run', of(offboardingId));
      if (step === 'SuspendBusiness') await rpc('suspend_business', of(offboardingId));
      if (step === 'DisableLogin') await rpc('end_memberships', of(offboardingId));
      if (step === 'QuarantineNumber') await rpc('quarantine_number', of(offboardingId));
      if (step === 'AwaitRelease') await rpc('open_release_wait', { ...of(offboardingId), p_task_token: 'token' });
    }
    await rpc('finish_offboarding_step', { ...of(offboardingId), p_step: step, p_evidence: '{}' });
  }
}

/** What an undo must bring back. */
async function everything() {
  const { businessId, runId } = portal.mine;
  const ordered = async (table: string, columns: string, by: string) =>
    rows(`select ${columns} from public.${table} where business_id = $1 order by ${by}`, [businessId]);
  return {
    business: await one(`select status, subscription_status, phone_number from public.businesses where id = $1`, [businessId]),
    client: await one(`select c.status from public.clients c join public.provisioning_runs r on r.client_id = c.id where r.id = $1`, [
      runId,
    ]),
    run: await one(`select status from public.provisioning_runs where id = $1`, [runId]),
    number: await one(`select state, quarantined_until from public.phone_numbers where run_id = $1`, [runId]),
    members: await ordered('business_members', '*', 'user_id'),
    walkthrough: await ordered('walkthrough_steps', '*', 'user_id, step'),
    feed: await ordered('calendar_feeds', '*', 'token_hash'),
  };
}

describe('starting', () => {
  test.each([
    ['confirmation', 'INV-2', 'x'],
    ['confirmation', '', 'x'],
    ['reason', 'INV-1', '  '],
  ])('is refused for its %s: %j, because of %j', async (problem, confirmation, reason) => {
    expect(await portal.operator.offboard({ runId: portal.mine.runId, confirmation, reason })).toBe(problem);
    expect(await rows('select from public.offboardings')).toEqual([]);
  });

  test('takes invoice number or name however it is written, once per client, and stands in both trails', async () => {
    await start(' business 1 ');
    expect(await portal.operator.offboard({ runId: portal.mine.runId, confirmation: 'inv-1', reason: 'x' })).toBe('already');
    const { offboardings } = (await portal.operator.runOffboardings(portal.mine.runId))!;
    expect(offboardings).toMatchObject([{ startedBy: 'Maya', startedByMe: true, reason: 'Closed their shop', executionId: null }]);
    expect(offboardings[0]!.steps.map(({ step }) => step)).toEqual([...offboardingSteps]);
    const trail = (await portal.owner.auditTrail(portal.mine.businessId, 1))!.entries.map(({ actor, action }) => `${actor}: ${action}`);
    expect(trail).toContain('Maya: started the offboarding');
  });

  test('and everything else is nothing to whoever is no operator', async () => {
    const offboardingId = await start();
    const { runId } = portal.mine;
    expect(await portal.nobody.offboardings()).toBeNull();
    expect(await portal.nobody.runOffboardings(runId)).toBeNull();
    expect(await portal.nobody.offboard({ runId: portal.theirs.runId, confirmation: 'INV-2', reason: 'x' })).toBe('not-found');
    expect(await portal.nobody.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' })).toBe('not-found');
    expect(await portal.nobody.restartOffboarding(offboardingId)).toBe('not-found');
  });
});

describe('the execution', () => {
  test('that claims first has it; a second one finds it taken', async () => {
    const offboardingId = await start();
    expect(await begin(offboardingId, 'StopProvisioning')).toMatchObject({ claim: 'yours', offboarding: { invoiceNumber: 'INV-1' } });
    expect(await begin(offboardingId, 'StopProvisioning')).toMatchObject({ claim: 'yours' });
    expect(await begin(offboardingId, 'StopProvisioning', 'other')).toEqual({ claim: 'taken' });
    await expect(begin(offboardingId, 'SuspendBusiness', 'other')).rejects.toMatchObject({ message: 'ExecutionMismatch' });
    expect(await rpc('offboarding_of_execution', { p_execution_id: execution }, null)).toEqual({
      kind: 'offboarding',
      invoiceNumber: 'INV-1',
    });
  });

  test('that never began is announced again; one that failed may be replaced, and is refused then', async () => {
    const offboardingId = await start();
    expect(await rpc('due_offboardings', {}, '2026-11-22T00:04:00Z')).toMatchObject({ starts: [] });
    expect(await rpc('due_offboardings', {}, '2026-11-22T00:06:00Z')).toMatchObject({ starts: [offboardingId] });
    await begin(offboardingId, 'StopProvisioning');
    expect(await portal.operator.restartOffboarding(offboardingId)).toBe('under-way');
    await rpc('fail_offboarding_step', { ...of(offboardingId), p_step: 'StopProvisioning', p_error: 'Bug', p_message: 'x' });
    expect(await portal.operator.restartOffboarding(offboardingId)).toMatchObject({ outcome: 'done' });
    expect(await begin(offboardingId, 'StopProvisioning', 'new')).toMatchObject({ claim: 'yours' });
    await expect(begin(offboardingId, 'SuspendBusiness')).rejects.toMatchObject({ message: 'ExecutionMismatch' });
  });
});

/** The alert of its end. */
const told = (at: string) =>
  rows(`insert into public.operator_notices (key, claimed_at, sent_at) values ($1, $2, $2)`, [`execution/${execution}/event-${at}`, at]);
const newest = async () => (await portal.operator.runOffboardings(portal.mine.runId))!.offboardings[0]!;

describe('an execution that has ended', () => {
  test('without a failed step (its function died, or somebody stopped it) may be replaced once that was told', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    expect(await newest()).toMatchObject({ endedAt: null, mayStartAgain: false });
    expect(await portal.operator.restartOffboarding(offboardingId)).toBe('under-way');
    await told('2026-11-22T00:10:00Z');
    expect(await newest()).toMatchObject({ endedAt: '2026-11-22T00:10:00.000Z', mayStartAgain: true, failedStep: null });
    // A decision does not hide it: it has woken nobody.
    await portal.operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' });
    expect(await portal.operator.restartOffboarding(offboardingId)).toMatchObject({ outcome: 'done' });
    expect(await rpc('due_offboardings', {}, '2026-11-22T00:20:00Z')).toMatchObject({ starts: [offboardingId] });
    expect(await begin(offboardingId, 'StopProvisioning', 'new')).toMatchObject({ claim: 'yours', offboarding: { decision: 'undo' } });
    expect(await newest()).toMatchObject({ endedAt: null, mayStartAgain: false });
  });

  test('and was redriven since is under way', async () => {
    const offboardingId = await start();
    await begin(offboardingId, 'StopProvisioning');
    await told('2026-11-22T00:10:00Z');
    const redriven = { ...of(offboardingId), p_step: 'StopProvisioning', p_execution_id: execution, p_redrive_count: 1 };
    await rpc('begin_offboarding_step', redriven, '2026-11-22T00:20:00Z');
    expect(await portal.operator.restartOffboarding(offboardingId)).toBe('under-way');
    await told('2026-11-22T00:30:00Z');
    expect(await portal.operator.restartOffboarding(offboardingId)).toMatchObject({ outcome: 'done' });
  });
});

const beginStep = (step: string, now: string, redrives = 0) =>
  rpc('begin_step', { p_run_id: portal.mine.runId, p_step: step, p_execution_id: 'execution-1', p_redrive_count: redrives }, now);

describe('provisioning', () => {
  test('that is at work is waited for, for as long as a function may take', async () => {
    await beginStep('ProvisionNumber', sunday);
    const offboardingId = await start();
    await begin(offboardingId, 'StopProvisioning');
    expect(await rpc('cancel_run', of(offboardingId), '2026-11-22T00:01:00Z')).toBe('ProvisionNumber');
    expect(await rpc('cancel_run', of(offboardingId), '2026-11-22T00:02:00Z')).toBeNull();
    expect(await one('select run_was, stopped_step from public.offboardings')).toEqual({
      run_was: 'running',
      stopped_step: 'ConfirmDeposit',
    });
  });

  test('begins no step any more, not even by a redrive, and no form wakes it', async () => {
    await rows(`update public.provisioning_runs set business_id = null, form_at = null, wait_token = 't', wait_opened_at = $1`, [sunday]);
    const offboardingId = await start();
    await begin(offboardingId, 'StopProvisioning');
    await rpc('cancel_run', of(offboardingId));
    await expect(beginStep('ReviewOnboarding', sunday, 1)).rejects.toMatchObject({ message: 'RunCancelled' });
    const form = JSON.stringify({ businessName: 'B', email: 'c1@example.com', timeZone: 'Australia/Perth' });
    const submitted = await rpc('submit_form', { p_token_hash: '1'.repeat(64), p_form: form });
    expect(submitted).toMatchObject({ outcome: 'closed', taskToken: null });
    expect(await rpc('offboarding_of_execution', { p_execution_id: 'execution-1' }, null)).toMatchObject({ kind: 'stopped' });
  });
});

test('each step twice: suspended, nobody signs in, number in quarantine for 30 days', async () => {
  const { businessId, runId, userId } = portal.mine;
  const token = '7'.repeat(64);
  const link = { p_user_id: userId, p_token_hash: token, p_expires_at: day(10) };
  await rpc('create_sign_in_link', link);
  const offboardingId = await start();
  await toQuarantine(offboardingId);
  expect(await everything()).toMatchObject({
    business: { status: 'suspended', subscription_status: 'suspended', phone_number: '+61480000001' },
    client: { status: 'Suspended' },
    run: { status: 'cancelled' },
    number: { state: 'quarantined', quarantined_until: new Date(day(30)) },
    members: [],
    feed: [],
  });
  expect(await portal.owner.frame(businessId)).toBeNull();
  expect(await portal.other.frame(portal.theirs.businessId)).not.toBeNull();
  expect(await rpc('end_memberships', of(offboardingId))).toEqual([portal.memberId, userId].sort());
  expect(await rpc('find_sign_in_link', { p_token_hash: token })).toMatchObject({ state: 'expired' });
  const wish = { p_run_id: portal.theirs.runId, p_e164: '+61480000001' };
  expect(await rpc('reserve_number', wish)).toMatchObject({ outcome: 'taken' });
  expect(await one('select count(*)::integer as count from public.provisioning_runs where id = $1', [runId])).toEqual({ count: 1 });
});

test('who belongs to another business, or works for CoreSentia, keeps the sign-in', async () => {
  await rows(`insert into public.business_members (business_id, user_id, role, created_at) values ($1, $2, 'staff', $3)`, [
    portal.theirs.businessId,
    portal.memberId,
    sunday,
  ]);
  await rows(`insert into public.operators (user_id, name, created_at) values ($1, 'Also an operator', $2)`, [portal.mine.userId, sunday]);
  const offboardingId = await start();
  await toQuarantine(offboardingId);
  expect(await rpc('end_memberships', of(offboardingId))).toEqual([]);
});

test('a reservation that bought nothing is given up', async () => {
  await rows(`update public.phone_numbers set state = 'requested', sid = null where run_id = $1`, [portal.mine.runId]);
  const offboardingId = await start();
  await toQuarantine(offboardingId);
  expect((await everything()).number).toMatchObject({ state: 'released' });
});

const ban = (userId: string, until: string | null) => rows('update auth.users set banned_until = $2 where id = $1', [userId, until]);
const undo = (offboardingId: string) => portal.operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' });

describe('undo', () => {
  test('puts everything back as it was, and the client may be offboarded again', async () => {
    const { businessId, userId } = portal.mine;
    await rows(`insert into public.walkthrough_steps values ($1, $2, 'check-hours', 'done', $3)`, [businessId, userId, sunday]);
    await rows(`insert into public.calendar_feeds values ($1, $2, $3, $4)`, [businessId, 'f'.repeat(64), userId, sunday]);
    const before = await everything();
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    const decided = await portal.operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' });
    expect(decided).toEqual({ outcome: 'done', taskToken: 'token' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await rpc('restore_business', of(offboardingId))).toHaveLength(2);
      expect(await rpc('resume_run', of(offboardingId), null)).toBe(true);
    }
    expect(await everything()).toEqual(before);
    await rpc('complete_undo', of(offboardingId));
    expect(await one('select kept, undone_at from public.offboardings')).toEqual({ kept: {}, undone_at: new Date(sunday) });
    expect(await portal.owner.frame(businessId)).not.toBeNull();
    await start();
  });

  test('opens the logins that were closed, and leaves one blocked for as long as somebody had blocked it by hand', async () => {
    const { userId } = portal.mine;
    await ban(portal.memberId, day(400));
    const offboardingId = await start();
    await begin(offboardingId, 'StopProvisioning');
    expect(await rpc('end_memberships', of(offboardingId))).toEqual([portal.memberId, userId].sort());
    for (const person of [userId, portal.memberId]) await ban(person, day(40_000));
    // An attempt whose answer was lost: what the offboarding has blocked is nobody's hand.
    await rpc('end_memberships', of(offboardingId));
    await expect(rpc('logins_to_restore', of(offboardingId))).rejects.toMatchObject({ message: 'ReleaseNotConfirmed' });
    await undo(offboardingId);
    const toRestore = (blockedUntil: string | null) =>
      [
        { userId, blockedUntil: null },
        { userId: portal.memberId, blockedUntil },
      ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
    const logins = async (now = sunday) => {
      const answer = (await rpc('logins_to_restore', of(offboardingId), now)) as { userId: string; blockedUntil: string | null }[];
      return answer.map((login) => ({ ...login, blockedUntil: login.blockedUntil && new Date(login.blockedUntil).toISOString() }));
    };
    expect(await logins()).toEqual(toRestore(day(400)));
    expect(await logins(day(401))).toEqual(toRestore(null));
    await ban(portal.memberId, null); // somebody has let them in since
    expect(await logins()).toEqual(toRestore(null));
  });

  test('opens a login that another offboarding has closed meanwhile, and touches none that no offboarding has closed', async () => {
    const { userId } = portal.mine;
    await rows(`insert into public.business_members (business_id, user_id, role, created_at) values ($1, $2, 'staff', $3)`, [
      portal.theirs.businessId,
      userId,
      sunday,
    ]);
    const first = await start();
    await begin(first, 'StopProvisioning');
    expect(await rpc('end_memberships', of(first))).toEqual([portal.memberId]);
    await undo(first);
    expect(await rpc('logins_to_restore', of(first))).toEqual([{ userId: portal.memberId, blockedUntil: null }]);
    const started = await portal.operator.offboard({ runId: portal.theirs.runId, confirmation: 'INV-2', reason: 'x' });
    if (typeof started === 'string') throw new Error(started);
    expect(await rpc('end_memberships', of(started.offboardingId))).toContain(userId);
    expect(await rpc('logins_to_restore', of(first))).toContainEqual({ userId, blockedUntil: null });
  });

  test('is not said to fail at a wait that answered itself and then died', async () => {
    const offboardingId = await start();
    await begin(offboardingId, 'StopProvisioning');
    await undo(offboardingId);
    await begin(offboardingId, 'AwaitRelease');
    await rpc('fail_offboarding_step', { ...of(offboardingId), p_step: 'AwaitRelease', p_error: 'TransientError', p_message: 'x' });
    expect(await newest()).toMatchObject({ failedStep: 'AwaitRelease', mayStartAgain: true });
    await begin(offboardingId, 'RestoreBusiness');
    expect(await newest()).toMatchObject({ failedStep: null, mayStartAgain: false });
    expect(await one(`select status, error from public.offboarding_steps where step = 'AwaitRelease'`)).toEqual({
      status: 'done',
      error: null,
    });
  });

  test('is refused once the release is confirmed, and restores nothing that nobody has undone', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    await expect(rpc('restore_business', of(offboardingId))).rejects.toMatchObject({ message: 'ReleaseNotConfirmed' });
    setClock(day(31));
    await second.decideOffboarding({ offboardingId, decision: 'release', confirmation: 'INV-1' });
    expect(await portal.operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' })).toBe('decided');
  });

  test('of somebody whose login is gone restores the others', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    await undo(offboardingId);
    await rows('delete from auth.users where id = $1', [portal.memberId]);
    await rpc('restore_business', of(offboardingId));
    expect((await everything()).members).toHaveLength(1);
  });
});

const release = (operator: Operator, offboardingId: string, confirmation = 'INV-1') =>
  operator.decideOffboarding({ offboardingId, decision: 'release', confirmation });

describe('release', () => {
  test('needs 30 days, another person and the typed name', async () => {
    const offboardingId = await start();
    expect(await release(second, offboardingId)).toBe('too-early');
    await toQuarantine(offboardingId);
    setClock(day(29.9));
    expect(await release(second, offboardingId)).toBe('too-early');
    setClock(day(30));
    expect(await release(portal.operator, offboardingId)).toBe('same-person');
    expect(await release(second, offboardingId, 'INV-2')).toBe('confirmation');
    await expect(rpc('check_release', of(offboardingId), null)).rejects.toMatchObject({ message: 'ReleaseNotConfirmed' });
    await expect(rpc('record_released', of(offboardingId))).rejects.toMatchObject({ message: 'ReleaseNotConfirmed' });
    expect(await release(second, offboardingId, 'business 1')).toEqual({ outcome: 'done', taskToken: 'token' });
    expect(await release(second, offboardingId)).toBe('decided');
  });

  test('by one person or too early is refused by the table itself', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    const decide = (by: string, at: string) =>
      rows(`update public.offboardings set decision = 'release', decided_by = ${by}, decided_at = $1 where id = $2`, [at, offboardingId]);
    await expect(decide('started_by', day(31))).rejects.toMatchObject({ code: '23514' });
    await expect(decide('gen_random_uuid()', day(29))).rejects.toMatchObject({ code: '23514' });
    await decide('gen_random_uuid()', day(31));
  });

  test('leaves no number with the business, which is closed, and nothing kept', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    setClock(day(31));
    await release(second, offboardingId);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await begin(offboardingId, 'ReleaseNumber')).toMatchObject({ offboarding: { number: { e164: '+61480000001', sid: 'PN1' } } });
      await rpc('record_released', of(offboardingId), day(31));
      await rpc('complete_offboarding', of(offboardingId), day(31));
    }
    expect(await everything()).toMatchObject({
      business: { status: 'closed', subscription_status: 'cancelled', phone_number: null },
      client: { status: 'Cancelled' },
      number: { state: 'released' },
    });
    expect(await one('select kept from public.offboardings')).toEqual({ kept: {} });
    // Whoever gets the number next is no business of ours.
    expect(await one(`select private.is_our_own_phone('+61480000001') as ours`)).toEqual({ ours: false });
    expect(await rpc('numbers_to_reconcile', {}, day(31))).toEqual([expect.objectContaining({ e164: '+61480000002' })]);
    expect(await second.restartOffboarding(offboardingId)).toBe('over');
  });

  test('that nobody confirms is reminded of every week, and a wake-up that was lost is repeated', async () => {
    const offboardingId = await start();
    await toQuarantine(offboardingId);
    const weeks = async (days: number) =>
      ((await rpc('due_offboardings', {}, day(days))) as { releases: { week: number }[] }).releases.map(({ week }) => week);
    expect([await weeks(29), await weeks(30), await weeks(36), await weeks(38)]).toEqual([[], [0], [0], [1]]);
    setClock(day(38));
    await release(second, offboardingId);
    expect(await weeks(39)).toEqual([]);
    const { wakeUps } = (await rpc('due_offboardings', {}, day(39))) as { wakeUps: unknown[] };
    expect(wakeUps).toEqual([{ offboardingId, taskToken: 'token', decision: 'release' }]);
    await rpc('close_release_wait', { ...of(offboardingId), p_task_token: 'token' }, day(39));
    expect(await rpc('due_offboardings', {}, day(40))).toMatchObject({ wakeUps: [], releases: [] });
  });
});

test('the list has what is open first', async () => {
  await start();
  const third = await aTenant(portal.postgres, 3);
  setClock('2026-11-22T01:00:00Z');
  const other = await portal.operator.offboard({ runId: third.runId, confirmation: 'INV-3', reason: 'x' });
  const { offboardingId } = other as { offboardingId: string };
  await portal.operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' });
  await rows(`update public.offboardings set restored_at = $1, undone_at = $1 where id = $2`, [sunday, offboardingId]);
  const { offboardings } = (await second.offboardings())!;
  expect(offboardings.map(({ invoiceNumber, startedByMe }) => [invoiceNumber, startedByMe])).toEqual([
    ['INV-1', false],
    ['INV-3', false],
  ]);
});
