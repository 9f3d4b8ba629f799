import { defaultWorkingHours } from '../../shared/working-hours';
import { aPortal, aUser, databaseAs, type Portal, setClock, sunday } from './portal';
import { memberOf } from '../../functions/portal/member/member';
import { member, service } from './postgres';

let portal: Portal;
let businessId: string;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
  businessId = portal.mine.businessId;
});
beforeEach(() => setClock(sunday));
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});

const rpc = (name: string, args: Record<string, unknown>) => portal.postgres.rpc(name, { ...args, p_now: sunday }, service);
const expiresAt = new Date('2026-12-01T00:00:00Z');
const hash = (letter: string) => letter.repeat(64);

test('the walkthrough is each person’s own, skipped and taken up again', async () => {
  const stepsOf = async (person: Portal['owner']) => (await person.frame(businessId))!.walkthrough.map(({ status }) => status);
  await portal.postgres.query('delete from public.leads where business_id = $1', [businessId]);
  expect(await portal.owner.walkthroughDone(null, 'set-password')).toBe(true);
  expect(await portal.owner.walkthroughDone(businessId, 'see-demo')).toBe(true);
  expect(await stepsOf(portal.owner)).toEqual(['done', 'done', 'open', 'open', 'open']);
  await portal.owner.walkthroughSkip(businessId, true);
  expect(await stepsOf(portal.owner)).toEqual(['done', 'done', 'skipped', 'skipped', 'skipped']);
  await portal.aLead('+61410000009', { label: 'is_trial' });
  expect(await stepsOf(portal.owner)).toEqual(['done', 'done', 'done', 'skipped', 'skipped']);
  await portal.owner.walkthroughSkip(businessId, false);
  expect(await stepsOf(portal.owner)).toEqual(['done', 'done', 'done', 'open', 'open']);
  expect(await portal.other.walkthroughDone(businessId, 'see-demo')).toBe(false);
});

test('a member’s walkthrough is without the hours, which are the owner’s', async () => {
  const stepsOf = async () => (await portal.staff.frame(businessId))!.walkthrough.map(({ step, status }) => `${step} ${status}`);
  expect(await stepsOf()).toEqual(['set-password open', 'see-demo open', 'text-number done', 'delete-demo open']);
  await portal.staff.walkthroughDone(businessId, 'set-password');
  await portal.staff.walkthroughSkip(businessId, true);
  expect(await stepsOf()).toEqual(['set-password done', 'see-demo skipped', 'text-number done', 'delete-demo skipped']);
  const { query } = portal.postgres;
  const makeMember = (role: string) => query('update public.business_members set role = $1 where user_id = $2', [role, portal.memberId]);
  await query(`update public.business_members set role = 'staff' where user_id = $1`, [portal.mine.userId]);
  await makeMember('owner');
  expect(await stepsOf()).toContain('check-hours open');
  await makeMember('staff');
  await query(`update public.business_members set role = 'owner' where user_id = $1`, [portal.mine.userId]);
});

test('a call rings a phone of the owner’s, never one of ours, for 5 to 40 seconds', async () => {
  const { owner, staff } = portal;
  const calls = { ringFirst: true, phone: '+61298765432', seconds: 25 };
  expect(await staff.changeCalls(businessId, calls)).toBe('not-found');
  expect(await owner.changeCalls(businessId, { ...calls, phone: '+14155550100' })).toBe('ring-phone');
  expect(await owner.changeCalls(businessId, { ...calls, phone: '' })).toBe('ring-phone');
  expect(await owner.changeCalls(businessId, { ...calls, seconds: 41 })).toBe('ring-seconds');
  const [ours] = await portal.postgres.query('select phone_number from public.businesses where id = $1', [portal.theirs.businessId]);
  expect(await owner.changeCalls(businessId, { ...calls, phone: String(ours?.phone_number) })).toBe('our-own-phone');
  const notifications = { by: 'both', email: 'a@example.com', phone: String(ours?.phone_number) };
  expect(await owner.changeNotifications(businessId, notifications)).toBe('our-own-phone');
  expect(await owner.changeCalls(businessId, calls)).toBe('done');
  expect(await owner.settings(businessId)).toMatchObject({ ringFirst: true, ringPhone: '+61298765432', ringSeconds: 25 });
  expect((await owner.auditTrail(businessId, 1))!.entries[0]).toMatchObject({
    action: 'changed what a call does',
    detail: { after: { ring_phone: '+61298765432' } },
  });
});

const stopped = async () => (await portal.staff.frame(businessId))!.business.alertsStopped;
const set = (values: string) => portal.postgres.query(`update public.business_settings set ${values} where business_id = $1`, [businessId]);

test('stopped alerts are on every page while they matter', async () => {
  expect(await stopped()).toBe(false);
  await set(`alerts_stopped_at = '${sunday}'`);
  expect(await stopped()).toBe(true);
  await set(`notify_by = 'email'`);
  expect(await stopped()).toBe(false);
  await set(`notify_by = null, alerts_stopped_at = null`);
});

test('settings change, are in force at once and stand in the trail with before and after', async () => {
  const { owner } = portal;
  const workingHours = { ...defaultWorkingHours, saturday: { enabled: true, start: '08:00', end: '12:00' } };
  expect(await owner.changeHours(businessId, { workingHours, travelBuffer: 15, jobDuration: 90 })).toBe('done');
  expect(await owner.changeHours(businessId, { workingHours, travelBuffer: 15, jobDuration: 4 })).toBe('job-duration');
  expect(await owner.changeDetails(businessId, { businessName: ' New Name ', services: 'Drains', timeZone: 'Australia/Darwin' })).toBe(
    'done',
  );
  expect(await owner.changeDetails(businessId, { businessName: 'a\nb', services: 'Drains', timeZone: 'Australia/Darwin' })).toBe(
    'business-name',
  );
  expect(await owner.changeDetails(businessId, { businessName: 'x', services: 'Drains', timeZone: 'Mars/Base' })).toBe('time-zone');
  expect(await owner.changeNotifications(businessId, { by: 'sms', email: 'New@Example.com', phone: '+61412345678' })).toBe('done');
  expect(await owner.changeNotifications(businessId, { by: 'sms', email: 'a@b.co\nBcc: x', phone: '+61412345678' })).toBe('email');
  expect(await owner.changeNotifications(businessId, { by: 'sms', email: 'a@b.co', phone: '+15551234567' })).toBe('phone');
  expect(await owner.changeReplies(businessId, { tone: 'relaxed', topics: ['hours'], facts: 'We are closed on Cup Day.' })).toBe('done');
  expect(await owner.changeReplies(businessId, { tone: 'relaxed', topics: ['politics'], facts: '' })).toBe('topics');
  expect(await portal.staff.pauseReplies(businessId, true)).toBe('done');
  expect(await owner.settings(businessId)).toMatchObject({
    workingHours,
    travelBuffer: 15,
    jobDuration: 90,
    businessName: 'New Name',
    services: 'Drains',
    timeZone: 'Australia/Darwin',
    notifyBy: 'sms',
    notifyEmail: 'new@example.com',
    notifyPhone: '+61412345678',
    replyTone: 'relaxed',
    replyTopics: ['hours'],
    replyFacts: 'We are closed on Cup Day.',
    frame: { business: { repliesPaused: true } },
  });
  const trail = (await owner.auditTrail(businessId, 1))!.entries;
  expect(trail.map(({ action }) => action).slice(0, 5)).toEqual([
    'paused automatic replies',
    'changed what the assistant says',
    'changed notifications',
    'changed business details',
    'changed hours',
  ]);
  expect(trail[4]!.detail).toMatchObject({ before: { default_travel_buffer: 30 }, after: { default_travel_buffer: 15 } });
  expect(trail[0]!.actor).toBe('member@example.com');
  expect((await portal.owner.frame(businessId))!.walkthrough.find(({ step }) => step === 'check-hours')?.status).toBe('done');
});

test('what is already so leaves no line in the trail', async () => {
  await portal.owner.pauseReplies(businessId, false);
  const before = (await portal.owner.auditTrail(businessId, 1))!.total;
  expect(await portal.owner.pauseReplies(businessId, false)).toBe('done');
  expect((await portal.owner.auditTrail(businessId, 1))!.total).toBe(before);
});

test('an invitation is accepted once, by its address alone, until it expires or is withdrawn', async () => {
  const { owner, postgres } = portal;
  const invite = (email: string, letter: string) => owner.inviteMember(businessId, { email, tokenHash: hash(letter), expiresAt });
  expect(await invite('Sam@Example.com', 'a')).toBe('done');
  expect(await invite('member@example.com', 'b')).toBe('already-a-member');
  expect(await invite('no address', 'c')).toBe('email');
  const sam = await aUser(postgres, 'sam@example.com');
  expect(await rpc('find_invitation', { p_token_hash: hash('a') })).toMatchObject({ state: 'open', email: 'sam@example.com', businessId });
  expect(await rpc('accept_invitation', { p_token_hash: hash('a'), p_user_id: portal.theirs.userId })).toMatchObject({
    outcome: 'mismatch',
  });
  expect(await rpc('accept_invitation', { p_token_hash: hash('a'), p_user_id: sam })).toEqual({ outcome: 'accepted', businessId });
  expect(await rpc('accept_invitation', { p_token_hash: hash('a'), p_user_id: sam })).toMatchObject({ outcome: 'used' });
  expect((await owner.people(businessId))!.people.map(({ email, role }) => [email, role])).toContainEqual(['sam@example.com', 'member']);
  await invite('kim@example.com', 'd');
  await owner.withdrawInvitation(businessId, 'kim@example.com');
  expect(await rpc('find_invitation', { p_token_hash: hash('d') })).toMatchObject({ state: 'unknown', email: null });
  await invite('kim@example.com', 'e');
  setClock('2026-12-02T00:00:00Z');
  expect((await owner.people(businessId))!.invitations).toEqual([]);
});

test('a new sign-in e-mail needs both addresses, in any order, and is applied once', async () => {
  const request = (letters: [string, string]) =>
    portal.owner.requestEmailChange({
      newEmail: 'new@example.com',
      oldTokenHash: hash(letters[0]),
      newTokenHash: hash(letters[1]),
      expiresAt,
    });
  expect(await request(['a', 'b'])).toEqual({ oldEmail: 'c1@example.com' });
  expect(await request(['c', 'd'])).toEqual({ oldEmail: 'c1@example.com' });
  const confirm = (letter: string) => rpc('confirm_email_change', { p_token_hash: hash(letter) }) as Promise<Record<string, unknown>>;
  expect(await confirm('a')).toMatchObject({ outcome: 'unknown' });
  expect(await confirm('d')).toMatchObject({ outcome: 'waiting' });
  expect(await confirm('d')).toMatchObject({ outcome: 'waiting' });
  expect(await portal.owner.account()).toMatchObject({
    emailChange: { newEmail: 'new@example.com', newConfirmed: true, oldConfirmed: false },
  });
  const ready = await confirm('c');
  expect(ready).toMatchObject({ outcome: 'ready', userId: portal.mine.userId, newEmail: 'new@example.com' });
  const link = () => rpc('find_sign_in_link', { p_token_hash: '1'.repeat(64) });
  expect(await link()).toMatchObject({ state: 'open', userId: portal.mine.userId });
  await rpc('apply_email_change', { p_change_id: ready['changeId'] });
  // It lies in the old mailbox.
  expect(await link()).toMatchObject({ state: 'used' });
  expect(await rpc('find_sign_in_link', { p_token_hash: '2'.repeat(64) })).toMatchObject({ state: 'open' });
  expect(await confirm('c')).toMatchObject({ outcome: 'used' });
  expect((await portal.owner.account()).emailChange).toBeNull();
  await request(['e', 'f']);
  setClock('2026-12-02T00:00:00Z');
  const late = await portal.postgres.rpc('confirm_email_change', { p_token_hash: hash('e'), p_now: '2026-12-02T00:00:00Z' }, service);
  expect(late).toMatchObject({ outcome: 'expired' });
});

const hit = (now: string) => portal.postgres.rpc('take_hit', { p_key: 'k', p_limit: 2, p_window_seconds: 60, p_now: now }, service);

test('a window counts its hits and opens again', async () => {
  expect(await hit('2026-11-22T00:00:10Z')).toEqual({ allowed: true, retryAfterSeconds: 0 });
  expect(await hit('2026-11-22T00:00:20Z')).toEqual({ allowed: true, retryAfterSeconds: 0 });
  expect(await hit('2026-11-22T00:00:30Z')).toEqual({ allowed: false, retryAfterSeconds: 30 });
  expect(await hit('2026-11-22T00:01:00Z')).toEqual({ allowed: true, retryAfterSeconds: 0 });
});

test('the test identity sees the dashboard as a member and leaves no trace', async () => {
  const { postgres, mine } = portal;
  const dump = () =>
    postgres.query(`select relname, query_to_xml('select * from public.' || relname, true, true, '')::text as rows
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`);
  const before = await dump();
  const tester = await aUser(postgres, 'verify@example.com');
  const again = await aUser(postgres, 'verify-2@example.com');
  const begin = (userId: string) => rpc('begin_test_identity', { p_run_id: mine.runId, p_user_id: userId });
  expect(await begin(tester)).toBeNull();
  expect(await begin(again)).toBe(tester);
  const seen = memberOf(databaseAs(postgres, member(again)));
  expect((await seen.dashboard(businessId))?.frame.role).toBe('member');
  expect(await seen.calendar({ businessId, firstDay: null, days: 7 })).not.toBeNull();
  expect((await portal.owner.people(businessId))!.people.map(({ email }) => email)).not.toContain('verify-2@example.com');
  expect(await portal.postgres.rpc('end_test_identity', { p_run_id: mine.runId }, service)).toBe(again);
  expect(await seen.dashboard(businessId)).toBeNull();
  await postgres.query('delete from auth.users where id = any ($1)', [[tester, again]]);
  expect(await dump()).toEqual(before);
});

// Last: it changes who is who.
test('the owner hands over and is a member then; nobody removes an owner; a member may leave', async () => {
  const { owner, staff } = portal;
  expect(await owner.removeMember(businessId, portal.mine.userId)).toBe('is-the-owner');
  expect(await owner.handOver(businessId, portal.theirs.userId)).toBe('not-found');
  expect(await owner.handOver(businessId, portal.memberId)).toBe('done');
  expect(await owner.settings(businessId)).toBeNull();
  const people = (await staff.people(businessId))!.people.map(({ email, role }) => [email, role]);
  expect(people).toContainEqual(['member@example.com', 'owner']);
  expect(people).toContainEqual(['c1@example.com', 'member']);
  expect(await owner.removeMember(businessId, portal.mine.userId)).toBe('done');
  expect(await owner.frame(businessId)).toBeNull();
});
