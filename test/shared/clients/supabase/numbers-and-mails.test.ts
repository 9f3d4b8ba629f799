import { randomUUID } from 'node:crypto';
import { laterBy, type Ports, rowsOf, setTime, start, startPorts } from './ports';

let ports: Ports;
beforeAll(async () => {
  ports = await startPorts();
});
beforeEach(async () => {
  setTime(start);
  await settings({ purchases_enabled: true, daily_number_cap: 1000 });
});
afterAll(() => ports.stop());

async function settings(changes: { purchases_enabled?: boolean; daily_number_cap?: number }) {
  const { error } = await ports.tables.from('system_settings').update(changes).eq('only_row', true);
  expect(error).toBeNull();
}

let stock = 0;
const nextNumber = () => {
  stock += 1;
  return `+6149${String(stock).padStart(7, '0')}`;
};
const aRun = async () => (await ports.aRunningRun()).runId;
const stateOf = async (runId: string) =>
  (await rowsOf(ports.tables, 'phone_numbers', { run_id: runId }))
    .filter(({ state }) => state !== 'released')
    .map(({ e164, state }) => ({ e164, state }));

describe('NumberReservations', () => {
  test('of runs that want the same number side by side one gets it', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, aRun));
    const e164 = nextNumber();
    const outcomes = await Promise.all(runs.map((runId) => ports.numbers.reserve({ runId, e164 })));
    expect(outcomes.filter(({ outcome }) => outcome === 'reserved')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'taken')).toHaveLength(5);
  });

  test('a run has one reservation: the same again is the same, another one replaces it only before Twilio was asked', async () => {
    const runId = await aRun();
    const [first, second, third] = [nextNumber(), nextNumber(), nextNumber()];
    expect(await ports.numbers.reserve({ runId, e164: first })).toEqual({ outcome: 'reserved', attempt: 1 });
    expect(await ports.numbers.reserve({ runId, e164: first })).toEqual({ outcome: 'reserved', attempt: 1 });
    expect(await ports.numbers.reserve({ runId, e164: second })).toEqual({ outcome: 'reserved', attempt: 2 });
    expect(await ports.numbers.request({ runId, e164: first, attempt: 1 })).toBe(false);
    expect(await ports.numbers.request({ runId, e164: second, attempt: 2 })).toBe(true);
    expect(await ports.numbers.request({ runId, e164: second, attempt: 2 })).toBe(true);
    expect(await ports.numbers.reserve({ runId, e164: third })).toEqual({ outcome: 'taken', attempt: 2 });
    expect(await stateOf(runId)).toEqual([{ e164: second, state: 'requested' }]);
  });

  test('a number that was sold to somebody else is released, and not chosen again by this run', async () => {
    const [runId, other] = [await aRun(), await aRun()];
    const e164 = nextNumber();
    const { attempt } = await ports.numbers.reserve({ runId, e164 });
    await ports.numbers.request({ runId, e164, attempt });
    await ports.numbers.release({ runId, e164, attempt });
    expect(await ports.numbers.request({ runId, e164, attempt })).toBe(false);
    expect(await ports.numbers.reserve({ runId, e164 })).toMatchObject({ outcome: 'taken' });
    expect(await ports.numbers.reserve({ runId, e164: nextNumber() })).toEqual({ outcome: 'reserved', attempt: 2 });
    expect(await ports.numbers.reserve({ runId: other, e164 })).toMatchObject({ outcome: 'reserved' });
  });

  test('what is owned cannot be released or given to another run', async () => {
    const [runId, other] = [await aRun(), await aRun()];
    const e164 = nextNumber();
    const { attempt } = await ports.numbers.reserve({ runId, e164 });
    await ports.numbers.record({ runId, e164, sid: 'PN-1', state: 'owned' });
    await ports.numbers.release({ runId, e164, attempt });
    expect(await stateOf(runId)).toEqual([{ e164, state: 'owned' }]);
    expect(await ports.numbers.reserve({ runId: other, e164 })).toMatchObject({ outcome: 'taken' });
    const steal = ports.numbers.record({ runId: other, e164, sid: 'PN-1', state: 'owned' });
    await expect(steal).rejects.toMatchObject({ name: 'NumberMisconfigured' });
  });

  test('what Twilio shows is recorded whatever was reserved, never goes back, and is one number', async () => {
    const runId = await aRun();
    const e164 = nextNumber();
    await ports.numbers.reserve({ runId, e164: nextNumber() });
    await ports.numbers.record({ runId, e164, sid: 'PN-2', state: 'configured' });
    await ports.numbers.record({ runId, e164, sid: 'PN-2', state: 'owned' });
    expect(await stateOf(runId)).toEqual([{ e164, state: 'configured' }]);
    const second = ports.numbers.record({ runId, e164: nextNumber(), sid: 'PN-3', state: 'owned' });
    await expect(second).rejects.toMatchObject({ name: 'NumberMisconfigured' });
  });

  test('the day’s cap holds for runs that reserve side by side, and ends with the UTC day', async () => {
    setTime('2026-12-01T23:00:00Z');
    await settings({ daily_number_cap: 2 });
    const runs = await Promise.all(Array.from({ length: 5 }, aRun));
    const outcomes = await Promise.all(runs.map((runId) => ports.numbers.reserve({ runId, e164: nextNumber() })));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['daily-cap', 'daily-cap', 'daily-cap', 'reserved', 'reserved']);
    laterBy({ hours: 1 });
    expect(await ports.numbers.reserve({ runId: await aRun(), e164: nextNumber() })).toMatchObject({ outcome: 'reserved' });
  });

  test('a number that went to somebody else leaves its place in the day’s cap', async () => {
    setTime('2026-12-05T01:00:00Z');
    await settings({ daily_number_cap: 1 });
    const [runId, other] = [await aRun(), await aRun()];
    const e164 = nextNumber();
    const { attempt } = await ports.numbers.reserve({ runId, e164 });
    await ports.numbers.release({ runId, e164, attempt });
    expect(await ports.numbers.reserve({ runId: other, e164: nextNumber() })).toMatchObject({ outcome: 'reserved' });
  });

  test('the limits of a purchase are the operator’s, as they are now', async () => {
    expect(await ports.numbers.limits()).toEqual({ balanceFloorCents: 2000, priceCeilingCents: 1500, currency: 'USD' });
    await ports.tables.from('system_settings').update({ balance_floor_cents: 5000 }).eq('only_row', true);
    expect(await ports.numbers.limits()).toMatchObject({ balanceFloorCents: 5000 });
    const { error } = await ports.tables.from('system_settings').update({ price_ceiling_cents: -1 }).eq('only_row', true);
    expect(error).toMatchObject({ code: '23514' });
  });

  test('the kill switch stops reserving, and asking for what was reserved before', async () => {
    const [runId, other] = [await aRun(), await aRun()];
    const e164 = nextNumber();
    const { attempt } = await ports.numbers.reserve({ runId, e164 });
    await settings({ purchases_enabled: false });
    expect(await ports.numbers.reserve({ runId: other, e164: nextNumber() })).toMatchObject({ outcome: 'purchases-disabled' });
    await expect(ports.numbers.request({ runId, e164, attempt })).rejects.toMatchObject({ name: 'PurchasesDisabled' });
    expect(await stateOf(runId)).toEqual([{ e164, state: 'reserved' }]);
  });
});

const aMail = (runId: string | null = null) => ({ key: `mail-${randomUUID()}`, template: 'welcome', runId, to: 'jo@example.com' });
const attemptAt = (mail: ReturnType<typeof aMail>) => ({ ...mail, token: randomUUID() });
const aClaim = (runId: string | null = null) => attemptAt(aMail(runId));
const statusOf = async (mailId: string) => (await rowsOf(ports.tables, 'email_messages', { id: mailId }))[0]?.status;

describe('MailLog', () => {
  test('one of many simultaneous attempts may send', async () => {
    const mail = aMail();
    const claims = await Promise.all(Array.from({ length: 8 }, () => ports.mailLog.claim(attemptAt(mail))));
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === 'unconfirmed')).toHaveLength(7);
    expect(new Set(claims.map(({ mailId }) => mailId)).size).toBe(1);
  });

  test('an attempt that claims several times, side by side or because another one asked meanwhile, has one claim and keeps it', async () => {
    const claim = aClaim();
    const claims = await Promise.all(Array.from({ length: 8 }, () => ports.mailLog.claim(claim)));
    expect(new Set(claims.map(({ outcome, mailId }) => `${outcome} ${mailId}`)).size).toBe(1);
    const { mailId } = claims[0]!;
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'unconfirmed', mailId });
    expect(await ports.mailLog.claim(claim)).toEqual({ outcome: 'claimed', mailId });
    expect(await rowsOf(ports.tables, 'email_messages', { id: mailId })).toMatchObject([{ claims: 1 }]);
  });

  test('a mail that went out is not claimed again, also not by its own attempt, and not released', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    await ports.mailLog.recordSent({ mailId, messageId: 'ses-1' });
    const other = attemptAt(claim);
    for (const late of [claim, other]) {
      expect(await ports.mailLog.claim(late)).toEqual({ outcome: 'sent', mailId });
      await ports.mailLog.release(late);
    }
    expect(await ports.mailLog.claim(other)).toEqual({ outcome: 'sent', mailId });
    expect(await rowsOf(ports.tables, 'email_messages', { id: mailId })).toMatchObject([{ status: 'sent', claims: 1 }]);
  });

  test('what SES proved not to take may be claimed again', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    await ports.mailLog.release(claim);
    expect(await ports.mailLog.claim({ ...attemptAt(claim), to: 'new@example.com' })).toEqual({ outcome: 'claimed', mailId });
    expect(await rowsOf(ports.tables, 'email_messages', { id: mailId })).toMatchObject([{ to_address: 'new@example.com', claims: 2 }]);
  });

  test('a claim that lands after its own release leaves the mail free for the next attempt', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    await ports.mailLog.release(claim);
    expect(await ports.mailLog.claim(claim)).toEqual({ outcome: 'unconfirmed', mailId });
    expect(await statusOf(mailId)).toBe('released');
    expect(await ports.mailLog.claim(attemptAt(claim))).toMatchObject({ outcome: 'claimed' });
  });

  test('a claim all of whose calls land after the release claims nothing, whoever has the mail by then', async () => {
    const [lost, next] = [aClaim()].flatMap((claim) => [claim, attemptAt(claim)]);
    await ports.mailLog.release(lost!);
    const { mailId } = await ports.mailLog.claim(lost!);
    expect(await statusOf(mailId)).toBe('released');
    expect(await ports.mailLog.claim(next!)).toEqual({ outcome: 'claimed', mailId });
    expect(await ports.mailLog.claim(lost!)).toEqual({ outcome: 'unconfirmed', mailId });
    expect(await statusOf(mailId)).toBe('claimed');
    await ports.mailLog.release(next!);
    expect(await ports.mailLog.claim(lost!)).toEqual({ outcome: 'unconfirmed', mailId });
    expect(await statusOf(mailId)).toBe('released');
  });

  test('claims and releases of an attempt that land in any order leave no claim standing', async () => {
    const claim = aClaim();
    const calls = ['claim', 'release', 'claim', 'release', 'claim'] as const;
    await Promise.all(calls.map((call) => ports.mailLog[call](claim)));
    expect(await ports.mailLog.claim(attemptAt(claim))).toMatchObject({ outcome: 'claimed' });
  });

  test('a release that lands late frees nobody else’s claim', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    await ports.mailLog.release(claim);
    await ports.mailLog.claim(attemptAt(claim));
    await ports.mailLog.release(claim);
    await ports.mailLog.release(attemptAt(claim));
    expect(await statusOf(mailId)).toBe('claimed');
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'unconfirmed', mailId });
  });

  test('an event of SES settles a mail whose sender never told', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'unconfirmed', mailId });
    const event = { mailId, messageId: 'ses-2', at: new Date().toISOString() };
    expect(await ports.mailLog.recordEvent({ ...event, kind: 'sent' })).toBe('recorded');
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'sent', mailId });
  });

  test.each([
    [['sent', 'delivered'], 'delivered'],
    [['delivered', 'sent'], 'delivered'],
    [['bounced', 'sent'], 'bounced'],
    [['delivered', 'complained', 'delivered'], 'complained'],
    [['rejected'], 'rejected'],
  ] as const)('events %j in this order leave the mail %s', async (kinds, status) => {
    const { mailId } = await ports.mailLog.claim(aClaim());
    for (const kind of kinds) await ports.mailLog.recordEvent({ mailId, kind, messageId: 'ses-3', at: new Date().toISOString() });
    await ports.mailLog.recordSent({ mailId, messageId: 'ses-3' });
    expect(await statusOf(mailId)).toBe(status);
  });

  test.each([randomUUID(), 'no-uuid', ''])('an event of a mail that is not ours (%j) is unknown', async (mailId) => {
    const event = { mailId, kind: 'sent', messageId: 'x', at: new Date().toISOString() } as const;
    expect(await ports.mailLog.recordEvent(event)).toBe('unknown');
  });

  test.each([
    ['was-sent', 'sent', 'sent'],
    ['send-again', 'claimed', 'unconfirmed'],
  ] as const)(
    'the operator’s %s on an unconfirmed mail makes the next claim %s, a late one of the old attempt %s',
    async (decision, outcome, late) => {
      const { runId, invoice } = await ports.aRunningRun();
      const claim = aClaim(runId);
      const word = { invoiceNumber: invoice.invoiceNumber, template: claim.template, decision, by: 'Maya' };
      const { mailId } = await ports.mailLog.claim(claim);
      expect(await ports.mailLog.settle(word)).toBe(0);
      await ports.mailLog.claim(attemptAt(claim));
      expect(await ports.mailLog.settle({ ...word, template: 'other' })).toBe(0);
      expect(await ports.mailLog.settle(word)).toBe(1);
      expect(await ports.mailLog.settle(word)).toBe(0);
      const settled = await statusOf(mailId);
      expect(await ports.mailLog.claim(claim)).toMatchObject({ outcome: late });
      await ports.mailLog.release(claim);
      expect(await statusOf(mailId)).toBe(settled);
      expect(await ports.mailLog.claim(attemptAt(claim))).toMatchObject({ outcome });
      expect(await ports.mailLog.claim(claim)).toMatchObject({ outcome: late });
      expect((await ports.runReader.run(runId))?.corrections).toMatchObject([{ actor: 'Maya', action: `mail ${decision}` }]);
    },
  );
});

const oldArgs = ({ key, template, runId, to }: ReturnType<typeof aMail>) => ({
  p_key: key,
  p_template: template,
  p_run_id: runId,
  p_to: to,
});
const old = async (name: string, parameters: object) => {
  const { data, error } = await ports.rig.secret.rpc(name, parameters);
  expect(error).toBeNull();
  return data as { outcome: string; mailId: string };
};
const oldClaim = (mail: ReturnType<typeof aMail>) => old('claim_mail', { ...oldArgs(mail), p_now: start.toISOString() });
const oldRelease = (mailId: string) => old('release_mail', { p_mail_id: mailId });

describe('a function of the release before, which claims without a token', () => {
  test('claims once, and again after its release', async () => {
    const mail = aMail();
    const { mailId } = await oldClaim(mail);
    expect(await oldClaim(mail)).toEqual({ outcome: 'unconfirmed', mailId });
    await oldRelease(mailId);
    expect(await oldClaim(mail)).toEqual({ outcome: 'claimed', mailId });
    await ports.mailLog.recordSent({ mailId, messageId: 'ses-4' });
    expect(await oldClaim(mail)).toEqual({ outcome: 'sent', mailId });
  });

  test('takes no claim from one with a token, nor loses its own to it', async () => {
    const claim = aClaim();
    const { mailId } = await ports.mailLog.claim(claim);
    expect(await oldClaim(claim)).toEqual({ outcome: 'unconfirmed', mailId });
    await oldRelease(mailId);
    expect(await ports.mailLog.claim(claim)).toEqual({ outcome: 'claimed', mailId });
    await ports.mailLog.release(claim);
    expect(await oldClaim(claim)).toEqual({ outcome: 'claimed', mailId });
    expect(await ports.mailLog.claim(claim)).toEqual({ outcome: 'unconfirmed', mailId });
    await ports.mailLog.release(claim);
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'unconfirmed', mailId });
    await oldRelease(mailId);
    expect(await ports.mailLog.claim(attemptAt(claim))).toEqual({ outcome: 'claimed', mailId });
  });
});

describe('NoticeLog', () => {
  test('one of many simultaneous claims may publish, and never again once it is told', async () => {
    const key = randomUUID();
    const claims = await Promise.all(Array.from({ length: 6 }, () => ports.noticeLog.claim(key)));
    expect(claims.sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'claimed']);
    await ports.noticeLog.recordSent(key);
    laterBy({ days: 30 });
    expect(await ports.noticeLog.claim(key)).toBe('sent');
  });

  test('a claim whose publisher died is free after half a minute', async () => {
    const key = randomUUID();
    await ports.noticeLog.claim(key);
    laterBy({ seconds: 29 });
    expect(await ports.noticeLog.claim(key)).toBe('busy');
    laterBy({ seconds: 2 });
    expect(await ports.noticeLog.claim(key)).toBe('claimed');
    expect(await ports.noticeLog.claim(key)).toBe('busy');
  });
});
