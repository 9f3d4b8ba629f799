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
const statusOf = async (mailId: string) => (await rowsOf(ports.tables, 'email_messages', { id: mailId }))[0]?.status;

describe('MailLog', () => {
  test('one of many simultaneous claims may send', async () => {
    const mail = aMail();
    const claims = await Promise.all(Array.from({ length: 8 }, () => ports.mailLog.claim(mail)));
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === 'unconfirmed')).toHaveLength(7);
    expect(new Set(claims.map(({ mailId }) => mailId)).size).toBe(1);
  });

  test('a mail that went out is not claimed again', async () => {
    const mail = aMail();
    const { mailId } = await ports.mailLog.claim(mail);
    await ports.mailLog.recordSent({ mailId, messageId: 'ses-1' });
    expect(await ports.mailLog.claim(mail)).toEqual({ outcome: 'sent', mailId });
    await ports.mailLog.release(mailId);
    expect(await ports.mailLog.claim(mail)).toEqual({ outcome: 'sent', mailId });
  });

  test('what SES proved not to take may be claimed again', async () => {
    const mail = aMail();
    const { mailId } = await ports.mailLog.claim(mail);
    await ports.mailLog.release(mailId);
    expect(await ports.mailLog.claim({ ...mail, to: 'new@example.com' })).toEqual({ outcome: 'claimed', mailId });
    expect(await rowsOf(ports.tables, 'email_messages', { id: mailId })).toMatchObject([{ to_address: 'new@example.com', claims: 2 }]);
  });

  test('an event of SES settles a mail whose sender never told', async () => {
    const mail = aMail();
    const { mailId } = await ports.mailLog.claim(mail);
    expect(await ports.mailLog.claim(mail)).toEqual({ outcome: 'unconfirmed', mailId });
    const event = { mailId, messageId: 'ses-2', at: new Date().toISOString() };
    expect(await ports.mailLog.recordEvent({ ...event, kind: 'sent' })).toBe('recorded');
    expect(await ports.mailLog.claim(mail)).toEqual({ outcome: 'sent', mailId });
  });

  test.each([
    [['sent', 'delivered'], 'delivered'],
    [['delivered', 'sent'], 'delivered'],
    [['bounced', 'sent'], 'bounced'],
    [['delivered', 'complained', 'delivered'], 'complained'],
    [['rejected'], 'rejected'],
  ] as const)('events %j in this order leave the mail %s', async (kinds, status) => {
    const { mailId } = await ports.mailLog.claim(aMail());
    for (const kind of kinds) await ports.mailLog.recordEvent({ mailId, kind, messageId: 'ses-3', at: new Date().toISOString() });
    await ports.mailLog.recordSent({ mailId, messageId: 'ses-3' });
    expect(await statusOf(mailId)).toBe(status);
  });

  test.each([randomUUID(), 'no-uuid', ''])('an event of a mail that is not ours (%j) is unknown', async (mailId) => {
    const event = { mailId, kind: 'sent', messageId: 'x', at: new Date().toISOString() } as const;
    expect(await ports.mailLog.recordEvent(event)).toBe('unknown');
  });

  test.each([
    ['was-sent', 'sent'],
    ['send-again', 'claimed'],
  ] as const)('the operator’s %s on an unconfirmed mail makes the next claim %s', async (decision, outcome) => {
    const { runId, invoice } = await ports.aRunningRun();
    const mail = aMail(runId);
    const word = { invoiceNumber: invoice.invoiceNumber, template: mail.template, decision, by: 'Maya' };
    await ports.mailLog.claim(mail);
    expect(await ports.mailLog.settle(word)).toBe(0);
    await ports.mailLog.claim(mail);
    expect(await ports.mailLog.settle({ ...word, template: 'other' })).toBe(0);
    expect(await ports.mailLog.settle(word)).toBe(1);
    expect(await ports.mailLog.settle(word)).toBe(0);
    expect(await ports.mailLog.claim(mail)).toMatchObject({ outcome });
    expect((await ports.runReader.run(runId))?.corrections).toMatchObject([{ actor: 'Maya', action: `mail ${decision}` }]);
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
