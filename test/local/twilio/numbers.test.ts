import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { buy, kyc, options, sdk, startRig } from './rig';

let rig: Awaited<ReturnType<typeof startRig>>;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

describe('searching', () => {
  test('offers valid Australian mobiles, other ones to the next buyer', async () => {
    const { mobile } = rig.client.availablePhoneNumbers('AU');
    const first = await mobile.list({ smsEnabled: true, voiceEnabled: true, limit: 20 });
    const second = await mobile.list({ smsEnabled: true, voiceEnabled: true, limit: 20 });
    expect(first).toHaveLength(20);
    for (const { phoneNumber } of first) expect(parsePhoneNumberFromString(phoneNumber)?.getType()).toBe('MOBILE');
    expect(second[0]?.phoneNumber).not.toBe(first[0]?.phoneNumber);
    expect(first[0]?.capabilities).toMatchObject({ voice: true, SMS: true });
  });

  test('offers nothing when every number with an address requirement is excluded, or with MMS', async () => {
    const { mobile } = rig.client.availablePhoneNumbers('AU');
    expect(await mobile.list({ excludeAllAddressRequired: true, limit: 5 })).toEqual([]);
    expect(await mobile.list({ mmsEnabled: true, limit: 5 })).toEqual([]);
  });

  test('local numbers do SMS only in part', async () => {
    const { local } = rig.client.availablePhoneNumbers('AU');
    const all = await local.list({ limit: 20 });
    const capable = await local.list({ limit: 20, smsEnabled: true });
    expect(all.some(({ capabilities }) => !(capabilities as unknown as { SMS: boolean }).SMS)).toBe(true);
    expect(capable.length).toBeGreaterThan(0);
    for (const { capabilities } of capable) expect(capabilities).toMatchObject({ SMS: true });
  });

  test('filters by digits', async () => {
    const found = await rig.client.availablePhoneNumbers('AU').mobile.list({ contains: '+614806', limit: 3 });
    expect(found.length).toBeGreaterThan(0);
    for (const { phoneNumber } of found) expect(phoneNumber).toMatch(/^\+614806/);
  });

  test('a given stock is all there is', async () => {
    const small = await startRig({ stock: { mobile: ['+61480111222'], local: [] } });
    await buy(small.client);
    expect(await small.client.availablePhoneNumbers('AU').mobile.list({ limit: 5 })).toEqual([]);
    await small.close();
  });

  test('another country is not found', async () => {
    await expect(rig.client.availablePhoneNumbers('XX').mobile.list({ limit: 1 })).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe('buying', () => {
  const phoneNumber = '+61480654321';
  const create = (changes: object) => rig.client.incomingPhoneNumbers.create({ phoneNumber, ...kyc, ...changes });

  test('keeps every field and charges a full month once', async () => {
    const settings = {
      friendlyName: 'run-1',
      smsUrl: 'https://x.example/sms#rc=2&rp=all',
      smsMethod: 'POST',
      smsFallbackUrl: 'https://y.example/sms',
      voiceUrl: 'https://x.example/voice',
    };
    const bought = await create(settings);
    expect(bought).toMatchObject({ phoneNumber, ...settings, ...kyc, status: 'in-use', capabilities: { sms: true } });
    expect(bought.dateCreated).toBeInstanceOf(Date);
    expect(await rig.client.incomingPhoneNumbers(bought.sid).fetch()).toMatchObject(settings);
    expect(rig.emulator.ledger()).toMatchObject([{ kind: 'purchase', phoneNumber, usd: 8.25, friendlyName: 'run-1' }]);
    expect((await rig.client.balance.fetch()).balance).toBe('99991.7500');
  });

  test.each([
    ['without a bundle', { bundleSid: '' }, 21649, 'Bundle required and not provided for country: [AU] and numberType: [MOBILE]'],
    ['with an unknown bundle', { bundleSid: 'BUx' }, 21650, 'Invalid Bundle'],
    ['without an address', { addressSid: '' }, 21631, 'Requires an Address'],
    ['with a foreign address', { addressSid: 'ADx' }, 21651, 'Address not contained'],
    ['of a number that is not for sale', { phoneNumber: '+61499999999' }, 21422, 'not available'],
    ['of nonsense', { phoneNumber: '12' }, 21421, 'invalid'],
    ['with a webhook that is no URL', { smsUrl: 'sms' }, 21402, 'not valid'],
  ] as const)('%s is refused', async (...[, changes, code, message]) => {
    await expect(create(changes)).rejects.toMatchObject({
      status: 400,
      code,
      message: expect.stringContaining(message),
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(rig.emulator.ledger()).toEqual([]);
  });

  test('of a number that we own answers 201 again, changes it and charges nothing', async () => {
    const first = await create({ friendlyName: 'one' });
    const again = await create({ friendlyName: 'two' });
    expect(again).toMatchObject({ sid: first.sid, friendlyName: 'two' });
    expect(rig.emulator.ledger()).toHaveLength(1);
  });

  test('at the same moment twice buys once', async () => {
    await Promise.all([create({}), create({})]);
    expect(rig.emulator.ledger()).toHaveLength(1);
    expect(rig.emulator.numbers()).toHaveLength(2); // with the test number
  });

  test('fails when somebody else was faster', async () => {
    await rig.emulator.sellToOther(phoneNumber);
    await expect(create({})).rejects.toMatchObject({ code: 21422 });
  });

  test('with a lost answer has bought the number', async () => {
    await rig.kernel.faults.arm({ vendor: 'twilio', call: 'createNumber', mode: 'lose-response', times: 1, slowMs: 1 });
    await expect(create({ friendlyName: 'run-7' })).rejects.toThrow('socket hang up');
    expect(await rig.client.incomingPhoneNumbers.list({ friendlyName: 'run-7' })).toMatchObject([{ phoneNumber }]);
  });

  test('ignores a parameter that Twilio does not know', async () => {
    const body = new URLSearchParams({
      PhoneNumber: phoneNumber,
      BundleSid: kyc.bundleSid,
      AddressSid: kyc.addressSid,
      SmsURL: 'https://x.example/sms',
    });
    const authorization = `Basic ${Buffer.from(`${options.accountSid}:${options.authToken}`).toString('base64')}`;
    const url = `${rig.emulator.url}/2010-04-01/Accounts/${options.accountSid}/IncomingPhoneNumbers.json`;
    const response = await fetch(url, { method: 'POST', body, headers: { authorization } });
    expect(response.status).toBe(201);
    expect(response.headers.get('twilio-request-id')).toMatch(/^RQ/);
    expect(await response.json()).toMatchObject({ sms_url: '' });
  });
});

describe('owned numbers', () => {
  test('the test number is owned from the start', () => {
    expect(rig.emulator.numbers()).toMatchObject([{ phoneNumber: options.testNumber, smsUrl: '' }]);
  });

  test('are listed by name or number, and paged', async () => {
    for (const friendlyName of ['a', 'b', 'c']) await rig.client.incomingPhoneNumbers((await buy(rig.client)).sid).update({ friendlyName });
    expect((await rig.client.incomingPhoneNumbers.list({ friendlyName: 'b' })).map((number) => number.friendlyName)).toEqual(['b']);
    expect(await rig.client.incomingPhoneNumbers.list({ phoneNumber: options.testNumber })).toHaveLength(1);
    expect((await rig.client.incomingPhoneNumbers.list({ pageSize: 2 })).map((number) => number.friendlyName)).toEqual([
      'c',
      'b',
      'a',
      'CoreSentia test number',
    ]);
  });

  test('are released for ever', async () => {
    const { sid, phoneNumber } = await buy(rig.client);
    expect(await rig.client.incomingPhoneNumbers(sid).remove()).toBe(true);
    await expect(rig.client.incomingPhoneNumbers(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(rig.client.incomingPhoneNumbers.create({ phoneNumber, ...kyc })).rejects.toMatchObject({ code: 21422 });
    expect(rig.emulator.ledger().map(({ kind }) => kind)).toEqual(['purchase', 'release']);
  });
});

describe('the account', () => {
  test('refuses wrong credentials with 20003', async () => {
    await expect(sdk(rig.emulator, 'wrong').balance.fetch()).rejects.toMatchObject({ status: 401, code: 20003, message: 'Authenticate' });
  });

  test('refuses everything while it is suspended', async () => {
    await rig.emulator.suspendAccount();
    await expect(rig.client.balance.fetch()).rejects.toMatchObject({ code: 20005 });
    await rig.emulator.suspendAccount(false);
    await expect(rig.client.balance.fetch()).resolves.toMatchObject({ currency: 'USD' });
  });

  test('reads prices for Australia', async () => {
    const numbers = await rig.client.pricing.v1.phoneNumbers.countries('AU').fetch();
    expect(numbers.phoneNumberPrices.map(({ numberType, basePrice }) => [String(numberType), String(basePrice)])).toContainEqual([
      'mobile',
      '8.25',
    ]);
    const sms = await rig.client.pricing.v1.messaging.countries('AU').fetch();
    expect(JSON.stringify(sms.outboundSmsPrices)).toContain('0.0515');
  });

  test('has an approved bundle', async () => {
    expect(await rig.client.numbers.v2.regulatoryCompliance.bundles(options.bundleSid).fetch()).toMatchObject({
      status: 'twilio-approved',
    });
  });

  test.each([
    ['rate-limit', 429, 20429],
    ['server-error', 503, 20503],
  ] as const)('a scripted %s is answered with %i', async (mode, status, code) => {
    await rig.kernel.faults.arm({ vendor: 'twilio', call: 'listNumbers', mode, times: 1, slowMs: 1 });
    await expect(rig.client.incomingPhoneNumbers.list()).rejects.toMatchObject({ status, code });
    await expect(rig.client.incomingPhoneNumbers.list()).resolves.toHaveLength(1);
  });

  test('a scripted refusal carries the code it is given', async () => {
    await rig.kernel.faults.arm({ vendor: 'twilio', call: 'createNumber', mode: 'reject', times: 1, slowMs: 1, code: '21404' });
    await expect(buy(rig.client)).rejects.toMatchObject({ code: 21404, message: expect.stringContaining('Trial accounts') });
  });
});
