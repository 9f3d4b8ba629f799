import { awaitRelease } from '../../functions/await-release';
import { completeUndo } from '../../functions/complete-undo';
import { disableLogin } from '../../functions/disable-login';
import { nudgeOffboarding } from '../../functions/nudge-offboarding';
import { quarantineNumber } from '../../functions/quarantine-number';
import { releaseNumber } from '../../functions/release-number';
import { restoreLogin } from '../../functions/restore-login';
import { stopProvisioning } from '../../functions/stop-provisioning';
import { tellLeavingClient } from '../../functions/tell-leaving-client';
import { tellReturningClient } from '../../functions/tell-returning-client';
import { offboardingStep } from '../../shared/offboarding-step';
import { runId, userId } from '../fakes/a-run';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeExecutions } from '../fakes/executions';
import { fakeIdentity } from '../fakes/identity';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { fakeNumberReservations } from '../fakes/number-reservations';
import { anOffboarding, fakeOffboardings, offboardingId } from '../fakes/offboardings';
import { fakeTelephony } from '../fakes/telephony';
import { brand } from '../shared/mail/brand';

const quiet = anOffboarding({ runStatus: 'running', stoppedStep: 'AwaitOnboarding' });
const arn = String(quiet.provisioningExecutionId);
const webhooks = { smsUrl: 'https://a.example/s', smsMethod: 'POST', smsFallbackUrl: '', voiceUrl: '', statusCallback: '' };
const owned = (tag = `run-${runId}`) => [{ sid: 'PN1', e164: '+61480000001', tag, ...webhooks }];

describe('StopProvisioning', () => {
  test('stops the execution before the run refuses its steps, so that none fails', async () => {
    const offboardings = fakeOffboardings({ failures: { cancelRun: [new TypeError('bug')] } });
    const executions = fakeExecutions();
    await expect(stopProvisioning(quiet, { executions, offboardings })).rejects.toThrow('bug');
    expect(executions.stopped).toEqual([arn]);
  });

  test('waits for a step that is at work', async () => {
    const services = { executions: fakeExecutions(), offboardings: fakeOffboardings({ atWork: ['ProvisionNumber'] }) };
    await expect(stopProvisioning(quiet, services)).rejects.toMatchObject({ name: 'StepAtWork' });
    expect(await stopProvisioning(quiet, services)).toEqual({ evidence: { provisioning: 'stopped' } });
  });

  test('leaves the execution of a complete run alone', async () => {
    const services = { executions: fakeExecutions(), offboardings: fakeOffboardings() };
    expect(await stopProvisioning(anOffboarding(), services)).toEqual({ evidence: { provisioning: 'was complete' } });
    expect(services.executions.stopped).toEqual([]);
  });
});

describe('the login', () => {
  test('is closed for whoever signs in nowhere else, and open again after an undo', async () => {
    const identity = fakeIdentity();
    await disableLogin(anOffboarding(), { identity, offboardings: fakeOffboardings({ people: [userId] }) });
    expect([...identity.blocked.keys()]).toEqual([userId]);
    const undone = fakeOffboardings({ people: [userId], offboarding: anOffboarding({ decision: 'undo' }) });
    await restoreLogin(anOffboarding({ decision: 'undo' }), { identity, offboardings: undone });
    expect([...identity.blocked]).toEqual([]);
  });

  test('that somebody had blocked by hand before is blocked for as long as then after an undo', async () => {
    const identity = fakeIdentity();
    const offboarding = anOffboarding({ decision: 'undo' });
    const until = '2026-12-01T00:00:00.000Z';
    const offboardings = fakeOffboardings({ people: [userId, 'other'], blockedBefore: { other: until }, offboarding });
    for (const person of [userId, 'other']) await identity.blockSignIn(person);
    expect(await restoreLogin(offboarding, { identity, offboardings })).toEqual({ evidence: { people: 2 } });
    expect([...identity.blocked]).toEqual([['other', new Date(until)]]);
  });

  test('whose closing lost its answer is closed by the next attempt', async () => {
    const identity = fakeIdentity({ loseResponseOf: 'blockSignIn' });
    const services = { identity, offboardings: fakeOffboardings({ people: [userId, 'other'] }) };
    await expect(disableLogin(anOffboarding(), services)).rejects.toMatchObject({ name: 'TransientError' });
    await disableLogin(anOffboarding(), services);
    expect([...identity.blocked.keys()]).toEqual([userId, 'other']);
  });
});

describe('QuarantineNumber', () => {
  test('finds a number whose purchase was never recorded, by the run’s tag', async () => {
    const number = { e164: '+61480000001', sid: null, state: 'requested' as const };
    const numberReservations = fakeNumberReservations();
    await numberReservations.reserve({ runId, e164: number.e164 });
    const services = { numberReservations, offboardings: fakeOffboardings(), telephony: fakeTelephony({ owned: owned() }) };
    const { evidence } = await quarantineNumber(anOffboarding({ number }), services);
    expect(evidence).toMatchObject({ number: '+61480000001' });
    expect(services.offboardings.did).toEqual(['quarantined']);
  });

  test('asks Twilio nothing about a number that is recorded', async () => {
    const telephony = fakeTelephony({ failures: { findByTag: [new TypeError('asked')] } });
    const services = { numberReservations: fakeNumberReservations(), offboardings: fakeOffboardings(), telephony };
    expect((await quarantineNumber(anOffboarding(), services)).evidence).toMatchObject({ number: '+61480000001' });
  });
});

describe('ReleaseNumber', () => {
  const confirmed = anOffboarding({ decision: 'release' });

  test('releases once, however often its answer is lost', async () => {
    const telephony = fakeTelephony({ owned: owned(), loseResponseOf: 'release' });
    const offboardings = fakeOffboardings({ offboarding: confirmed });
    await expect(releaseNumber(confirmed, { offboardings, telephony })).rejects.toMatchObject({ name: 'TransientError' });
    expect(await releaseNumber(confirmed, { offboardings, telephony })).toEqual({ evidence: { number: '+61480000001' } });
    expect(telephony.released).toEqual(['+61480000001']);
    expect(offboardings.did).toEqual(['released']);
  });

  test('releases nothing that no second person has confirmed, whoever woke the execution', async () => {
    const telephony = fakeTelephony({ owned: owned() });
    await expect(releaseNumber(anOffboarding(), { offboardings: fakeOffboardings(), telephony })).rejects.toMatchObject({
      name: 'ReleaseNotConfirmed',
    });
    expect(telephony.released).toEqual([]);
  });

  test('releases nothing that is not in quarantine', async () => {
    const inUse = { ...confirmed, number: { e164: '+61480000001', sid: 'PN1', state: 'configured' as const } };
    const telephony = fakeTelephony({ owned: owned() });
    const offboardings = fakeOffboardings({ offboarding: confirmed });
    await expect(releaseNumber(inUse, { offboardings, telephony })).rejects.toMatchObject({ name: 'ReleaseNotConfirmed' });
    expect(telephony.released).toEqual([]);
  });

  test('is content when there never was a number', async () => {
    const services = { offboardings: fakeOffboardings({ offboarding: confirmed }), telephony: fakeTelephony() };
    expect((await releaseNumber({ ...confirmed, number: null }, services)).evidence).toEqual({ number: null });
  });

  test('says the same when an earlier attempt has recorded the release', async () => {
    const released = { ...confirmed, number: { e164: '+61480000001', sid: 'PN1', state: 'released' as const } };
    const services = { offboardings: fakeOffboardings({ offboarding: confirmed }), telephony: fakeTelephony({ owned: owned() }) };
    expect((await releaseNumber(released, services)).evidence).toEqual({ number: '+61480000001' });
    expect(services.telephony.released).toEqual([]);
  });
});

describe('AwaitRelease', () => {
  test('leaves the wait open for the board', async () => {
    const services = { executions: fakeExecutions({ open: ['token'] }), offboardings: fakeOffboardings() };
    expect(await awaitRelease(anOffboarding(), services, { taskToken: 'token' })).toEqual({ evidence: { decision: null } });
    expect(services.offboardings.state.wait).toBe('token');
  });

  test('goes on at once with what was decided before', async () => {
    const offboarding = anOffboarding({ decision: 'undo' });
    const services = { executions: fakeExecutions({ open: ['token'] }), offboardings: fakeOffboardings({ offboarding }) };
    await awaitRelease(offboarding, services, { taskToken: 'token' });
    expect([...services.executions.woken]).toEqual([['token', { decision: 'undo' }]]);
    expect(services.offboardings.state.wait).toBeNull();
  });
});

const mails = () => ({ mailer: fakeMailer(), mailLog: fakeMailLog(), settings: { brand, portalUrl: 'https://portal.example' } });

describe('the client', () => {
  test('is told once what is off, until when it can be undone, and what becomes of the data', async () => {
    const services = mails();
    await tellLeavingClient(anOffboarding(), services);
    await tellLeavingClient(anOffboarding(), services);
    expect(services.mailer.sent).toHaveLength(1);
    const [mail] = services.mailer.sent;
    expect(mail?.to).toBe('jo@brightsparks.example');
    for (const part of ['0480 000 001', '22 December 2026', '24 months', 'not in use', 'cannot be undone'])
      expect(mail?.text).toContain(part);
  });

  test('who had no number and no dashboard yet reads nothing of either', async () => {
    const services = mails();
    await tellLeavingClient(anOffboarding({ number: null, businessId: null }), services);
    expect(services.mailer.sent[0]?.text).toContain('No number is bought for you');
    expect(services.mailer.sent[0]?.text).not.toMatch(/dashboard|months/);
  });

  test('who was never told of the end hears nothing of the undo', async () => {
    const services = mails();
    await tellReturningClient(anOffboarding({ wasTold: false }), services);
    expect(services.mailer.sent).toEqual([]);
    await tellReturningClient(anOffboarding(), services);
    expect(services.mailer.sent[0]?.text).toContain('same as before');
  });
});

const undoing = (options: Parameters<typeof fakeExecutions>[0] = {}) => ({
  executions: fakeExecutions(options),
  noticeLog: fakeNoticeLog(),
  notices: fakeNotices(),
  offboardings: fakeOffboardings({ offboarding: quiet }),
});

describe('CompleteUndo', () => {
  test('lets provisioning go on where it stopped', async () => {
    const services = undoing();
    expect(await completeUndo(quiet, services)).toEqual({ evidence: { provisioning: 'goes on' } });
    expect(services.executions.redriven).toEqual([arn]);
    expect(services.offboardings.did).toEqual(['resumed', 'undone']);
  });

  test('asks an operator to re-issue what can no longer be redriven, once', async () => {
    const services = undoing({ redrives: { [arn]: 'too-late' } });
    await completeUndo(quiet, services);
    expect(await completeUndo(quiet, services)).toEqual({ evidence: { provisioning: 'to be re-issued' } });
    expect(services.notices.published).toHaveLength(1);
    expect(services.notices.published[0]?.body).toContain('AwaitOnboarding');
  });

  test('starts nothing for a client who was live', async () => {
    const services = { ...undoing(), offboardings: fakeOffboardings() };
    expect(await completeUndo(anOffboarding(), services)).toEqual({ evidence: { provisioning: 'was complete' } });
    expect(services.executions.redriven).toEqual([]);
  });
});

describe('the step wrapper', () => {
  const attempt = { offboardingId, executionId: 'one', redriveCount: 0 };

  test('does nothing in a second execution of the same confirmation', async () => {
    const offboardings = fakeOffboardings({ executionId: 'other' });
    const work = jest.fn();
    const handler = offboardingStep('StopProvisioning', work, { offboardings: async () => offboardings });
    expect(await handler(attempt)).toEqual({ claim: 'taken' });
    expect(work).not.toHaveBeenCalled();
    const next = offboardingStep('SuspendBusiness', work, { offboardings: async () => offboardings });
    await expect(next(attempt)).rejects.toMatchObject({ name: 'ExecutionMismatch' });
  });

  test('takes nothing away any more once the offboarding is undone', async () => {
    const offboardings = fakeOffboardings({ offboarding: anOffboarding({ decision: 'undo' }) });
    const work = jest.fn().mockResolvedValue({ evidence: {} });
    for (const step of ['DisableLogin', 'TellLeavingClient', 'QuarantineNumber'] as const)
      await offboardingStep(step, work, { offboardings: async () => offboardings })(attempt);
    expect(work).not.toHaveBeenCalled();
    await offboardingStep('RestoreBusiness', work, { offboardings: async () => offboardings })(attempt);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('notes a failure and passes it on', async () => {
    const offboardings = fakeOffboardings();
    const failing = jest.fn().mockRejectedValue(new TypeError('bug'));
    await expect(offboardingStep('DisableLogin', failing, { offboardings: async () => offboardings })(attempt)).rejects.toThrow('bug');
    expect(offboardings.steps.get('DisableLogin')).toEqual({ status: 'failed', error: 'TypeError' });
  });
});

const nudging = (due: NonNullable<Parameters<typeof fakeOffboardings>[0]>['due'], publisher = fakeEventPublisher()) => ({
  eventPublisher: publisher,
  executions: fakeExecutions({ open: ['token'] }),
  noticeLog: fakeNoticeLog(),
  notices: fakeNotices(),
  offboardings: fakeOffboardings({ due: due ?? {} }),
});

describe('nudge-offboarding', () => {
  const release = { offboardingId, invoiceNumber: 'INV-0042', week: 0 };

  test('starts, wakes and reminds, each once', async () => {
    const services = nudging({
      starts: [offboardingId],
      wakeUps: [{ offboardingId, taskToken: 'token', decision: 'release' }],
      releases: [release],
    });
    await nudgeOffboarding(services);
    await nudgeOffboarding(services);
    expect(services.eventPublisher.published[0]).toEqual({ detailType: 'Offboarding Confirmed', detail: { offboardingId } });
    expect([...services.executions.woken]).toEqual([['token', { decision: 'release' }]]);
    expect(services.notices.published).toHaveLength(1);
    expect(services.notices.published[0]?.subject).toContain('INV-0042');
  });

  test('reminds again after a week', async () => {
    const services = nudging({ releases: [release, { ...release, week: 1 }] });
    await nudgeOffboarding(services);
    expect(services.notices.published).toHaveLength(2);
  });

  test('goes on with the others when one fails, and fails in the end', async () => {
    const broken = fakeEventPublisher({ failures: { publish: [new TypeError('bug')] } });
    const services = nudging({ starts: [offboardingId], releases: [release] }, broken);
    await expect(nudgeOffboarding(services)).rejects.toThrow('1 nudges failed');
    expect(services.notices.published).toHaveLength(1);
  });
});
