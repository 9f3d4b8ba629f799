import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { twilioSignature } from '../../../local/twilio/webhook';
import { buy, options, receiver, replying, startRig } from './rig';

const lead = '+61412345678';
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** An account with one bought number whose webhook answers as given. */
async function withNumber(
  answer?: Parameters<typeof receiver>[0],
  { fragment = '', fallback }: { fragment?: string; fallback?: string } = {},
) {
  const hook = await receiver(answer);
  const rig = await startRig();
  open.push(hook, rig);
  const { phoneNumber, sid } = await buy(rig.client, {
    smsUrl: `${hook.url}/sms?x=1${fragment}`,
    ...(fallback && { smsFallbackUrl: fallback }),
  });
  const text = async (body: string, from = lead) => {
    const messageSid = await rig.emulator.sendFromHandset({ from, to: phoneNumber, body });
    await rig.kernel.activity.idle();
    return messageSid;
  };
  const codes = () => rig.emulator.alerts().map(({ code }) => code);
  return { ...rig, hook, phoneNumber, numberSid: sid, text, codes };
}

test("the signature is the one of Twilio's published vector", () => {
  const params = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
  expect(twilioSignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', params)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
});

describe('a message from a handset', () => {
  test("reaches the SmsUrl with Twilio's parameters and a signature that Twilio's library accepts", async () => {
    const { hook, phoneNumber, text } = await withNumber(undefined, { fragment: '#rc=2&rp=all' });
    const sid = await text(' G’day & héllo + ünïcode 😀 ');
    expect(hook.received).toMatchObject([
      {
        method: 'POST',
        path: '/sms?x=1',
        genuine: true,
        params: {
          MessageSid: sid,
          SmsSid: sid,
          SmsMessageSid: sid,
          AccountSid: options.accountSid,
          From: lead,
          To: phoneNumber,
          Body: ' G’day & héllo + ünïcode 😀 ',
          NumMedia: '0',
          NumSegments: '1',
          FromCountry: 'AU',
          ApiVersion: '2010-04-01',
        },
      },
    ]);
  });

  test('is answered on the handset by the TwiML of the webhook', async () => {
    const { emulator, client, phoneNumber, text } = await withNumber(() =>
      replying('<Body>Tom &amp; Jo: &lt;3 &#x1F44D;<![CDATA[ <ok>]]></Body>'),
    );
    await text('hi');
    expect(emulator.phone(lead)).toMatchObject([
      { direction: 'sent', body: 'hi', to: phoneNumber },
      { direction: 'received', body: 'Tom & Jo: <3 👍 <ok>', from: phoneNumber },
    ]);
    const [reply, inbound] = await client.messages.list();
    expect(reply).toMatchObject({
      direction: 'outbound-reply',
      status: 'delivered',
      price: '-0.05150',
      numSegments: '1',
    });
    expect(inbound).toMatchObject({ direction: 'inbound', status: 'received', from: lead });
  });

  test('carries pictures', async () => {
    const { emulator, kernel, hook, phoneNumber } = await withNumber();
    const sid = await emulator.sendFromHandset({ from: lead, to: phoneNumber, body: '', media: ['https://pictures.example/1.jpg'] });
    await kernel.activity.idle();
    expect(sid).toMatch(/^MM/);
    expect(hook.received[0]?.params).toMatchObject({
      NumMedia: '1',
      MediaUrl0: 'https://pictures.example/1.jpg',
      MediaContentType0: 'image/jpeg',
    });
  });

  test('is refused for a number that the account does not own', async () => {
    const { emulator } = await withNumber();
    await expect(emulator.sendFromHandset({ from: lead, to: '+61480000009', body: 'x' })).rejects.toThrow('not a number of this account');
  });

  test('is handed over again with the same SID', async () => {
    const { emulator, hook, text } = await withNumber();
    const sid = await text('hi');
    await emulator.redeliver(sid);
    expect(hook.received.map(({ params }) => params['MessageSid'])).toEqual([sid, sid]);
  });

  test('goes by GET when the number says so, with the parameters signed as part of the URL', async () => {
    const { client, hook, numberSid, text } = await withNumber();
    await client.incomingPhoneNumbers(numberSid).update({ smsMethod: 'GET' });
    await text('hi');
    expect(hook.received).toMatchObject([{ method: 'GET', genuine: true, path: expect.stringContaining('&Body=hi') }]);
  });

  test('costs the account', async () => {
    const { emulator, text } = await withNumber(() => replying('hello'));
    await text('hi');
    expect(emulator.ledger().map(({ kind, usd }) => [kind, usd])).toEqual([
      ['purchase', 8.25],
      ['sms-in', 0.0075],
      ['sms-out', 0.0515],
    ]);
  });
});

describe('a webhook in trouble', () => {
  test('is not asked again after a 500, and the message goes to the fallback', async () => {
    const backup = await receiver(() => replying('from the fallback'));
    open.push(backup);
    const { emulator, hook, codes, text } = await withNumber(() => ({ status: 500 }), { fallback: `${backup.url}/fallback` });
    const sid = await text('hi');
    expect(hook.received).toHaveLength(1);
    expect(backup.received).toMatchObject([
      { genuine: true, params: { MessageSid: sid, ErrorCode: '11200', ErrorUrl: `${hook.url}/sms?x=1` } },
    ]);
    expect(codes()).toEqual([11200]);
    expect(emulator.phone(lead).at(-1)).toMatchObject({ body: 'from the fallback' });
  });

  test('is asked three times with #rc=2&rp=all, under one idempotency token', async () => {
    const { emulator, hook, codes, text } = await withNumber((_, count) => (count < 3 ? { status: 503 } : replying('third time')), {
      fragment: '#rc=2&rp=all',
    });
    await text('hi');
    expect(hook.received).toHaveLength(3);
    expect(new Set(hook.received.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).toBe(1);
    expect(codes()).toEqual([]);
    expect(emulator.phone(lead).at(-1)).toMatchObject({ body: 'third time' });
  });

  test('that stays silent is given up after its read timeout', async () => {
    const { codes, hook, text } = await withNumber(() => 'silence', { fragment: '#rt=100&rc=1&rp=rt' });
    await text('hi');
    expect(hook.received).toHaveLength(2);
    expect(codes()).toEqual([11200]);
  });

  test('whose redirect leads nowhere is 11205', async () => {
    const { codes, text } = await withNumber(() => ({ body: '<Response><Redirect>http://[nowhere</Redirect></Response>' }));
    await text('hi');
    expect(codes()).toEqual([11205]);
  });

  test('that does not listen is 11205', async () => {
    const { client, numberSid, codes, text } = await withNumber();
    await client.incomingPhoneNumbers(numberSid).update({ smsUrl: 'http://127.0.0.1:1/sms' });
    await text('hi');
    expect(codes()).toEqual([11205]);
  });

  test.each([
    ['XML that is not well-formed', { body: '<Response><Message>hi</Response>' }, 12100],
    ['an unknown entity', { body: '<Response><Message>a &nbsp; b</Message></Response>' }, 12100],
    ['a bare ampersand', { body: '<Response><Message>a & b</Message></Response>' }, 12100],
    ['another root', { body: '<Answer/>' }, 12200],
    ['JSON', { type: 'application/json', body: '{}' }, 12300],
    ['a reply without text', { body: '<Response><Message></Message></Response>' }, 14103],
    ['a reply of 1,601 characters', { body: `<Response><Message>${'x'.repeat(1601)}</Message></Response>` }, 21617],
  ])('%s is no reply', async (...[, answer, code]) => {
    const { emulator, codes, text } = await withNumber(() => answer);
    await text('hi');
    expect(codes()).toEqual([code]);
    expect(emulator.phone(lead)).toHaveLength(1);
  });

  test.each([
    ['nothing', { status: 204, body: '' }, []],
    ['plain text', { type: 'text/plain', body: 'as it is' }, ['as it is']],
    ['two messages and a comment', { body: '<Response><!-- x --><Message>1</Message><Message>2</Message></Response>' }, ['1', '2']],
  ])('%s is a good answer', async (...[, answer, bodies]) => {
    const { emulator, codes, text } = await withNumber(() => answer);
    await text('hi');
    expect(codes()).toEqual([]);
    expect(
      emulator
        .phone(lead)
        .slice(1)
        .map(({ body }) => body),
    ).toEqual(bodies);
  });

  test('is followed through a redirect', async () => {
    const { emulator, text } = await withNumber(({ path }) =>
      path === '/next' ? replying('from next') : { body: '<Response><Redirect>/next</Redirect></Response>' },
    );
    await text('hi');
    expect(emulator.phone(lead).at(-1)).toMatchObject({ body: 'from next' });
  });
});

describe('scripted faults of the webhook', () => {
  test('a slow message arrives later', async () => {
    const { kernel, hook, text } = await withNumber();
    await kernel.faults.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'slow', times: 1, slowMs: 120_000 });
    await text('late');
    expect(hook.received).toHaveLength(0);
    await kernel.advance(121);
    expect(hook.received).toHaveLength(1);
  });

  test('a rejected message never arrives', async () => {
    const { kernel, emulator, hook, text } = await withNumber();
    await kernel.faults.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'reject', times: 1, slowMs: 1 });
    await text('gone');
    expect(hook.received).toHaveLength(0);
    expect(emulator.messages().at(-1)).toMatchObject({ status: 'failed' });
  });

  test('a lost answer leaves the lead without a reply', async () => {
    const { kernel, emulator, hook, codes, text } = await withNumber(() => replying('unheard'));
    await kernel.faults.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'lose-response', times: 1, slowMs: 1 });
    await text('hi');
    expect(hook.received).toHaveLength(1);
    expect(codes()).toEqual([11200]);
    expect(emulator.phone(lead)).toHaveLength(1);
  });

  test('a refused connection is tried again', async () => {
    const { kernel, emulator, text } = await withNumber(() => replying('here'));
    await kernel.faults.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'refuse', times: 1, slowMs: 1 });
    await text('hi');
    expect(emulator.phone(lead).at(-1)).toMatchObject({ body: 'here' });
  });
});

describe('STOP and START', () => {
  test('Twilio answers STOP itself, still forwards it, and refuses to send until START', async () => {
    const { emulator, client, kernel, hook, phoneNumber, text } = await withNumber();
    await text('Stop ');
    expect(hook.received.map(({ params }) => params['Body'])).toEqual(['Stop ']);
    expect(emulator.phone(lead).at(-1)?.body).toMatch(/successfully been unsubscribed/);
    await expect(client.messages.create({ from: phoneNumber, to: lead, body: 'x' })).rejects.toMatchObject({ status: 400, code: 21610 });
    await text('START');
    expect(emulator.phone(lead).at(-1)?.body).toMatch(/re-subscribed/);
    await client.messages.create({ from: phoneNumber, to: lead, body: 'welcome back' });
    await kernel.activity.idle();
    expect(emulator.phone(lead).at(-1)?.body).toBe('welcome back');
  });

  test('a reply to someone who opted out fails with 21610', async () => {
    const { emulator, codes, text } = await withNumber(() => replying('please stay'));
    await text('STOP');
    expect(codes()).toEqual([21610]);
    expect(emulator.messages().filter(({ errorCode }) => errorCode === 21610)).toMatchObject([{ status: 'failed' }]);
    expect(emulator.phone(lead).map(({ body }) => body)).not.toContain('please stay');
  });

  test('a YES of someone who never opted out is an ordinary message', async () => {
    const { emulator, text } = await withNumber(() => replying('Great!'));
    await text('yes');
    expect(emulator.phone(lead).map(({ body }) => body)).toEqual(['yes', 'Great!']);
  });

  test('only the whole word opts out', async () => {
    const { client, phoneNumber, text } = await withNumber();
    await text('please stop');
    await expect(client.messages.create({ from: phoneNumber, to: lead, body: 'x' })).resolves.toBeDefined();
  });
});

describe('sending through the API', () => {
  test('answers queued, then delivers and reports each status, signed', async () => {
    const { client, kernel, hook, phoneNumber } = await withNumber();
    const message = await client.messages.create({
      from: phoneNumber,
      to: '0412 345 678'.replace('0', '+61'),
      body: 'hello',
      statusCallback: `${hook.url}/status`,
    });
    expect(message).toMatchObject({ status: 'queued', direction: 'outbound-api', price: null, to: lead });
    await kernel.activity.idle();
    expect(hook.received.map(({ params, genuine }) => [params['MessageStatus'], genuine])).toEqual([
      ['sent', true],
      ['delivered', true],
    ]);
    expect(await client.messages(message.sid).fetch()).toMatchObject({
      status: 'delivered',
      price: '-0.05150',
      numSegments: '1',
      errorCode: null,
    });
  });

  test('from our test number to our new number comes in there, and the reply goes back', async () => {
    const { client, kernel, emulator, hook, phoneNumber } = await withNumber(() => replying('nonce seen'));
    await client.messages.create({ from: options.testNumber, to: phoneNumber, body: 'nonce 42' });
    await kernel.activity.idle();
    expect(hook.received).toMatchObject([{ genuine: true, params: { From: options.testNumber, To: phoneNumber, Body: 'nonce 42' } }]);
    expect(emulator.phone(options.testNumber).map(({ direction, body }) => [direction, body])).toEqual([
      ['sent', 'nonce 42'],
      ['received', 'nonce seen'],
    ]);
    expect(emulator.phone(phoneNumber).map(({ direction, body }) => [direction, body])).toEqual([
      ['received', 'nonce 42'],
      ['sent', 'nonce seen'],
    ]);
  });

  test('to a handset that is switched off ends undelivered with 30003', async () => {
    const { client, kernel, emulator, phoneNumber } = await withNumber();
    await emulator.setReachable(lead, false);
    const { sid } = await client.messages.create({ from: phoneNumber, to: lead, body: 'x' });
    await kernel.activity.idle();
    expect(await client.messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
    expect(emulator.phone(lead)).toEqual([]);
  });

  test('works from a name', async () => {
    const { client, kernel, emulator } = await withNumber();
    await client.messages.create({ from: 'CoreSentia', to: lead, body: 'hi' });
    await kernel.activity.idle();
    expect(emulator.phone(lead)).toMatchObject([{ from: 'CoreSentia', direction: 'received' }]);
  });

  test.each([
    ['to nonsense', { to: '+6141' }, 21211],
    ['to a landline', { to: '+61272000000' }, 21614],
    ['to another country', { to: '+14155552671' }, 21408],
    ['from a stranger', { from: '+61480999999' }, 21606],
    ['from nonsense', { from: '!!' }, 21212],
    ['to itself', { to: options.testNumber }, 21266],
    ['without text', { body: '' }, 21602],
    ['of 1,601 characters', { body: 'x'.repeat(1601) }, 21617],
  ])('%s is refused', async (...[, changes, code]) => {
    const { client, emulator } = await withNumber();
    await expect(client.messages.create({ from: options.testNumber, to: lead, body: 'x', ...changes })).rejects.toMatchObject({
      status: 400,
      code,
    });
    expect(emulator.messages()).toEqual([]);
  });

  test('lists by pair and time, newest first, in pages', async () => {
    const { client, kernel, phoneNumber } = await withNumber();
    for (const body of ['1', '2', '3']) {
      await client.messages.create({ from: phoneNumber, to: lead, body });
      await kernel.advance(3600);
    }
    const [third] = await client.messages.list({ limit: 1 });
    const bodies = async (...args: Parameters<typeof client.messages.list>) =>
      (await client.messages.list(...args)).map(({ body }) => body);
    expect(await bodies({ pageSize: 2 })).toEqual(['3', '2', '1']);
    expect(await bodies({ to: lead, dateSentAfter: new Date(third!.dateSent.getTime() - 60_000) })).toEqual(['3']);
    expect(await bodies({ dateSentBefore: new Date(third!.dateSent.getTime() - 60_000) })).toEqual(['2', '1']);
    expect(await bodies({ from: lead })).toEqual([]);
  });
});

test('two numbers that answer each other are stopped', async () => {
  const { client, kernel, hook, phoneNumber, codes } = await withNumber(() => replying('and you?'));
  const other = await buy(client, { smsUrl: `${hook.url}/sms` });
  await client.messages.create({ from: other.phoneNumber, to: phoneNumber, body: 'how are you?' });
  await kernel.activity.idle();
  expect(codes()).toEqual([14107]);
  expect(hook.received.length).toBeLessThan(40);
});

test('a message whose webhook call was cut by a kill is handed over again under its SID', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'twilio-'));
  const firstCall = Promise.withResolvers<void>();
  const hook = await receiver((_, count) => {
    firstCall.resolve();
    return count === 1 ? 'silence' : replying('late but once');
  });
  const first = await startRig({}, dataDir);
  const { phoneNumber } = await buy(first.client, { smsUrl: `${hook.url}/sms` });
  const sid = await first.emulator.sendFromHandset({ from: lead, to: phoneNumber, body: 'STOP' });
  await firstCall.promise;
  await first.emulator.close();
  await first.kernel.close();
  const second = await startRig({}, dataDir);
  await second.kernel.activity.idle();
  expect(hook.received.map(({ params }) => params['MessageSid'])).toEqual([sid, sid]);
  expect(second.emulator.phone(lead).filter(({ body }) => body.includes('unsubscribed'))).toHaveLength(1);
  expect(second.emulator.ledger().filter(({ kind }) => kind === 'sms-in')).toHaveLength(1);
  await second.close();
  await hook.close();
  rmSync(dataDir, { recursive: true });
});

test('a suspended account gets no messages', async () => {
  const { emulator, hook, text } = await withNumber();
  await emulator.suspendAccount();
  await text('hi');
  expect(hook.received).toEqual([]);
});

test('a stack that was stopped hands over after its restart what was underway', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'twilio-'));
  const hook = await receiver(() => replying('back again'));
  const first = await startRig({}, dataDir);
  const { phoneNumber } = await buy(first.client, { smsUrl: `${hook.url}/sms` });
  await first.kernel.faults.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'slow', times: 1, slowMs: 60_000 });
  await first.emulator.sendFromHandset({ from: lead, to: phoneNumber, body: 'hi' });
  await first.close();
  const second = await startRig({}, dataDir);
  await second.kernel.advance(61);
  expect(hook.received).toHaveLength(1);
  expect(second.emulator.phone(lead).map(({ body }) => body)).toEqual(['hi', 'back again']);
  expect(second.emulator.numbers()).toHaveLength(2);
  await second.close();
  await hook.close();
  rmSync(dataDir, { recursive: true });
});
