import { provisionNumber } from '../../functions/provision-number';
import { TerminalError, TransientError } from '../../shared/errors';
import type { OwnedNumber } from '../../shared/ports/twilio';
import { aRun, runId } from '../fakes/a-run';
import { fakeNumberReservations } from '../fakes/number-reservations';
import { fakeTelephony, usd } from '../fakes/telephony';

const webhooks = {
  smsUrl: 'https://hooks.example/api/sms/webhook#rc=2&rp=all',
  smsFallbackUrl: 'https://hooks.example/api/sms/fallback',
  voiceUrl: 'https://hooks.example/api/voice/webhook',
  statusCallback: 'https://hooks.example/api/voice/status',
};
const settings = { webhooks, bundleSid: undefined, addressSid: undefined, allowLocal: false };
const mobiles = (count: number) => Array.from({ length: count }, (_, index) => `+6148000000${index + 1}`);

interface World {
  telephony?: Parameters<typeof fakeTelephony>[0];
  reservations?: Parameters<typeof fakeNumberReservations>[0];
  settings?: { bundleSid?: string; addressSid?: string; allowLocal?: boolean };
}

/** `attempt` runs the step as a retrier would: with the run as the database knows it by then. */
function world(start: World = {}) {
  const telephony = fakeTelephony({ stock: mobiles(9), ...start.telephony });
  const numberReservations = fakeNumberReservations(start.reservations);
  const services = { telephony, numberReservations, settings: { ...settings, ...start.settings } };
  const attempt = () => {
    const row = numberReservations.active().find((row) => row.runId === runId);
    const number = row && row.state !== 'released' ? { e164: row.e164, sid: row.sid, state: row.state, attempt: row.attempt } : null;
    return provisionNumber(aRun({ number }), services);
  };
  return { telephony, numberReservations, attempt };
}

const first = '+61480000001';
const second = '+61480000002';
const transient = { name: 'TransientError' };

test('buys the best mobile, points it at us and records number and SID', async () => {
  const { telephony, numberReservations, attempt } = world();
  expect(await attempt()).toEqual({ evidence: { number: first, sid: 'PN1' } });
  expect(telephony.owned).toEqual([{ sid: 'PN1', e164: first, tag: `run-${runId}`, smsMethod: 'POST', ...webhooks }]);
  expect(numberReservations.rows).toEqual([{ runId, e164: first, attempt: 1, sid: 'PN1', state: 'configured' }]);
});

test('does not buy twice when the purchase response is lost', async () => {
  const { telephony, attempt } = world({ telephony: { loseResponseOf: 'buy' } });
  await expect(attempt()).rejects.toMatchObject(transient);
  expect(await attempt()).toEqual({ evidence: { number: first, sid: 'PN1' } });
  expect(telephony.sales).toEqual([first]);
});

test('asks for the same number again when a purchase never reached Twilio', async () => {
  const { telephony, attempt } = world({ telephony: { failures: { buy: [new TransientError('timeout')] } } });
  await expect(attempt()).rejects.toMatchObject(transient);
  telephony.stock.unshift('+61480000000');
  expect((await attempt()).evidence.number).toBe(first);
  expect(telephony.sales).toEqual([first]);
});

test.each(['findByTag', 'findByNumber', 'searchAvailable', 'balance', 'monthlyPrice', 'buy', 'fetchNumber'] as const)(
  'one number is bought though the response to %s is lost',
  async (loseResponseOf) => {
    const { telephony, attempt } = world({ telephony: { loseResponseOf } });
    await expect(attempt()).rejects.toMatchObject(transient);
    await attempt();
    expect(telephony.sales).toEqual([first]);
  },
);

test.each(['limits', 'reserve', 'request', 'record'] as const)(
  'one number is bought though the response to %s is lost',
  async (loseResponseOf) => {
    const { telephony, numberReservations, attempt } = world({ reservations: { loseResponseOf } });
    await expect(attempt()).rejects.toMatchObject(transient);
    await attempt();
    expect(telephony.sales).toEqual([first]);
    expect(numberReservations.active()).toMatchObject([{ e164: first, state: 'configured' }]);
  },
);

test('repeating a step that was done changes nothing', async () => {
  const { telephony, attempt } = world();
  const done = await attempt();
  expect(await attempt()).toEqual(done);
  expect(telephony.sales).toHaveLength(1);
});

test('finds a number by its own digits when the list by tag lags behind', async () => {
  const { telephony, attempt } = world({ telephony: { loseResponseOf: 'buy' } });
  await expect(attempt()).rejects.toMatchObject(transient);
  const before = { ...telephony };
  telephony.findByTag = async () => undefined;
  expect((await attempt()).evidence.number).toBe(first);
  Object.assign(telephony, before);
  expect(telephony.sales).toEqual([first]);
});

test('keeps a number that Twilio calls taken because we have it already', async () => {
  const { telephony, numberReservations, attempt } = world({ telephony: { loseResponseOf: 'buy' } });
  await expect(attempt()).rejects.toMatchObject(transient);
  // Both looks come too early, and the second purchase is refused.
  let looks = 0;
  const before = { ...telephony };
  telephony.findByTag = async () => undefined;
  telephony.findByNumber = async (e164) => {
    looks += 1;
    return looks === 1 ? undefined : before.findByNumber(e164);
  };
  telephony.buy = async () => 'taken';
  expect((await attempt()).evidence.number).toBe(first);
  expect(telephony.sales).toEqual([first]);
  expect(numberReservations.active()).toMatchObject([{ e164: first, state: 'configured' }]);
});

test('takes the next number when the first was sold meanwhile', async () => {
  const { telephony, numberReservations, attempt } = world({ telephony: { soldMeanwhile: [first] } });
  expect((await attempt()).evidence.number).toBe(second);
  expect(telephony.sales).toEqual([second]);
  expect(numberReservations.rows).toMatchObject([
    { e164: first, state: 'released' },
    { e164: second, state: 'configured' },
  ]);
});

test('takes another number when the release of a sold one got no answer', async () => {
  const { telephony, attempt } = world({ telephony: { soldMeanwhile: [first] }, reservations: { loseResponseOf: 'release' } });
  await expect(attempt()).rejects.toMatchObject(transient);
  expect((await attempt()).evidence.number).toBe(second);
  expect(telephony.sales).toEqual([second]);
});

test('asks Twilio for five numbers in one attempt at most, and goes on in the next', async () => {
  const stock = mobiles(9);
  const { telephony, numberReservations, attempt } = world({ telephony: { stock, soldMeanwhile: stock.slice(0, 6) } });
  await expect(attempt()).rejects.toMatchObject({ ...transient, accepted: 'no' });
  expect(numberReservations.rows).toHaveLength(5);
  expect((await attempt()).evidence.number).toBe(mobiles(9)[6]);
  expect(telephony.sales).toHaveLength(1);
});

test('leaves numbers that other runs have reserved to them', async () => {
  const rows = mobiles(6).map((e164) => ({ runId: `other ${e164}`, e164, attempt: 1, sid: null, state: 'reserved' as const }));
  const { telephony, attempt } = world({ reservations: { rows } });
  expect((await attempt()).evidence.number).toBe('+61480000007');
  expect(telephony.sales).toEqual(['+61480000007']);
});

test('buys nothing when another attempt has moved the reservation', async () => {
  const { telephony, numberReservations, attempt } = world();
  numberReservations.request = async () => false;
  await expect(attempt()).rejects.toMatchObject({ ...transient, accepted: 'no' });
  expect(telephony.sales).toEqual([]);
});

test.each<[string, World, string]>([
  ['the kill switch is on', { reservations: { purchasesEnabled: false } }, 'PurchasesDisabled'],
  ["today's cap is reached", { reservations: { dailyCap: 0 } }, 'DailyNumberCapReached'],
  ['no mobile is for sale', { telephony: { stock: [], localStock: ['+61290000001'] } }, 'NumberUnavailable'],
  ['nothing is for sale at all', { telephony: { stock: [] }, settings: { allowLocal: true } }, 'NumberUnavailable'],
  ['a number costs more than it may', { telephony: { prices: { mobile: usd(15.01), local: usd(3) } } }, 'NumberPriceTooHigh'],
  [
    'the bill is in another currency',
    { telephony: { prices: { mobile: { ...usd(8.25), currency: 'AUD' }, local: usd(3) } } },
    'NumberPriceTooHigh',
  ],
  ['too little would be left in the account', { telephony: { balance: usd(28.24) } }, 'BalanceTooLow'],
  ['the account is in debt', { telephony: { balance: usd(-3) } }, 'BalanceTooLow'],
  ['the balance is in another currency', { telephony: { balance: { ...usd(1000), currency: 'EUR' } } }, 'BalanceTooLow'],
  ['the bundle is missing', { telephony: { approvedBundles: ['BU1'] } }, 'RegulatoryBundleRequired'],
])('buys nothing when %s', async (_, start, code) => {
  const { telephony, attempt } = world(start);
  await expect(attempt()).rejects.toThrow(TerminalError);
  await expect(attempt()).rejects.toMatchObject({ name: code });
  expect(telephony.sales).toEqual([]);
});

test('buys nothing after the kill switch went on between two attempts', async () => {
  const rows = [{ runId, e164: first, attempt: 1, sid: null, state: 'reserved' as const }];
  const { telephony, attempt } = world({ reservations: { rows, purchasesEnabled: false } });
  await expect(attempt()).rejects.toMatchObject({ name: 'PurchasesDisabled' });
  expect(telephony.sales).toEqual([]);
});

test('a refused purchase reserves nothing, and says in cents what is missing', async () => {
  const { numberReservations, attempt } = world({ telephony: { balance: usd(10) } });
  await expect(attempt()).rejects.toThrow('the Twilio account has 10.00 USD; a number costs 8.25 USD, and 20.00 USD must stay');
  expect(numberReservations.rows).toEqual([]);
});

test('without a floor the balance is not asked for', async () => {
  const limits = { balanceFloorCents: null, priceCeilingCents: 1500, currency: 'USD' };
  const { telephony, attempt } = world({ reservations: { limits } });
  telephony.balance = async () => {
    throw new TerminalError('BalanceTooLow', 'a subaccount has none');
  };
  await attempt();
  expect(telephony.sales).toEqual([first]);
});

test('buys when exactly the floor is left', async () => {
  const { telephony, attempt } = world({ telephony: { balance: usd(28.25) } });
  await attempt();
  expect(telephony.sales).toEqual([first]);
});

test('what may be paid for already is fetched whatever is left in the account and whatever numbers cost by now', async () => {
  const { telephony, attempt } = world({ telephony: { loseResponseOf: 'buy' } });
  await expect(attempt()).rejects.toMatchObject(transient);
  telephony.account.balance = usd(0);
  telephony.account.prices.mobile = usd(100);
  expect((await attempt()).evidence.number).toBe(first);
  expect(telephony.sales).toEqual([first]);
});

test('a number that was asked for and never sold is asked for again without a second look at the balance', async () => {
  const { telephony, attempt } = world({ telephony: { failures: { buy: [new TransientError('timeout')] } } });
  await expect(attempt()).rejects.toMatchObject(transient);
  telephony.account.balance = usd(0);
  expect((await attempt()).evidence.number).toBe(first);
});

test('a number that was only chosen is bought if there is money for it by then', async () => {
  const rows = [{ runId, e164: first, attempt: 1, sid: null, state: 'reserved' as const }];
  const { telephony, attempt } = world({ telephony: { balance: usd(1) }, reservations: { rows } });
  await expect(attempt()).rejects.toMatchObject({ name: 'BalanceTooLow' });
  telephony.account.balance = usd(50);
  expect((await attempt()).evidence.number).toBe(first);
});

test('another number after one that was sold meanwhile is a purchase of its own', async () => {
  const rows = [{ runId, e164: first, attempt: 1, sid: null, state: 'requested' as const }];
  const { telephony, attempt } = world({ telephony: { balance: usd(1), soldMeanwhile: [first] }, reservations: { rows } });
  await expect(attempt()).rejects.toMatchObject({ name: 'BalanceTooLow' });
  expect(telephony.sales).toEqual([]);
});

test('takes another Australian number when there is no mobile and the setting allows it', async () => {
  const { attempt } = world({ telephony: { stock: [], localStock: ['+61290000001'] }, settings: { allowLocal: true } });
  expect((await attempt()).evidence.number).toBe('+61290000001');
});

test('hands bundle and address to Twilio', async () => {
  const { telephony, attempt } = world({ telephony: { approvedBundles: ['BU1'] }, settings: { bundleSid: 'BU1', addressSid: 'AD1' } });
  const orders: unknown[] = [];
  const before = { ...telephony };
  telephony.buy = async (order) => {
    orders.push(order);
    return before.buy(order);
  };
  await attempt();
  expect(orders).toEqual([{ e164: first, tag: `run-${runId}`, webhooks, bundleSid: 'BU1', addressSid: 'AD1' }]);
});

const bought = (changes: Partial<OwnedNumber>): OwnedNumber => ({
  sid: 'PN7',
  e164: '+61480000007',
  tag: `run-${runId}`,
  smsMethod: 'POST',
  ...webhooks,
  ...changes,
});

test.each<Partial<OwnedNumber>>([
  { smsUrl: '' },
  { smsMethod: 'GET' },
  { smsFallbackUrl: 'https://elsewhere.example/' },
  { voiceUrl: '' },
  { statusCallback: '' },
])('mends a number whose settings are %j', async (changes) => {
  const { telephony, attempt } = world({ telephony: { owned: [bought(changes)] } });
  expect((await attempt()).evidence).toEqual({ number: '+61480000007', sid: 'PN7' });
  expect(telephony.owned).toEqual([bought({})]);
  expect(telephony.sales).toEqual([]);
});

test('does not call a number configured that keeps its wrong settings', async () => {
  const { telephony, numberReservations, attempt } = world({ telephony: { owned: [bought({ smsUrl: '' })] } });
  telephony.configure = async () => bought({});
  await expect(attempt()).rejects.toMatchObject({ name: 'NumberMisconfigured', message: 'PN7 does not keep its settings: smsUrl' });
  expect(numberReservations.rows).toMatchObject([{ sid: 'PN7', state: 'owned' }]);
});

test('uses the number that is recorded, even if somebody renamed it at Twilio', async () => {
  const rows = [{ runId, e164: '+61480000007', attempt: 1, sid: 'PN7', state: 'owned' as const }];
  const { telephony, attempt } = world({ telephony: { owned: [bought({ tag: 'Bright Sparks' })] }, reservations: { rows } });
  expect((await attempt()).evidence.sid).toBe('PN7');
  expect(telephony.sales).toEqual([]);
});

test.each(['run-other', 'our test number'])('does not take over a number that our account calls %s', async (tag) => {
  const rows = [{ runId, e164: '+61480000007', attempt: 1, sid: null, state: 'requested' as const }];
  const { telephony, attempt } = world({ telephony: { owned: [bought({ tag })], stock: [first] }, reservations: { rows } });
  expect((await attempt()).evidence.number).toBe(first);
  expect(telephony.owned).toMatchObject([{ e164: '+61480000007', tag }, { e164: first }]);
});
