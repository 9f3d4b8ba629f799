import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { hashToken, newToken } from '../../../../shared/token';
import { laterBy, type Ports, rowsOf, setTime, start, startPorts } from './ports';

let ports: Ports;
beforeAll(async () => {
  ports = await startPorts();
});
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

const nonce = () => randomBytes(6).toString('hex');
const anAddress = () => `${randomBytes(6).toString('hex')}@example.com`;

describe('Logins', () => {
  test('a person who is new gets a user, and owns the business', async () => {
    const { runId, businessId } = await ports.aBusiness();
    const email = anAddress();
    expect(await ports.logins.plan({ runId, email })).toEqual({ userId: null, existedBefore: false });
    const created = await ports.identity.createUser(email);
    const { userId } = created as { userId: string };
    await ports.logins.record({ runId, userId });
    await ports.logins.record({ runId, userId });
    expect(await rowsOf(ports.tables, 'business_members', { business_id: businessId })).toMatchObject([{ user_id: userId, role: 'owner' }]);
    // The user exists now, but the plan was made before.
    expect(await ports.logins.plan({ runId, email })).toEqual({ userId, existedBefore: false });
  });

  test('a person who signs in already keeps the login and gets a second membership', async () => {
    const email = anAddress();
    const { userId } = await ports.rig.signedIn(email);
    const { runId, businessId } = await ports.aBusiness();
    expect(await ports.logins.plan({ runId, email: email.toUpperCase() })).toEqual({ userId, existedBefore: true });
    await ports.logins.record({ runId, userId });
    expect(await rowsOf(ports.tables, 'business_members', { user_id: userId })).toMatchObject([{ business_id: businessId, role: 'owner' }]);
  });

  test('a user who has never signed in counts as new', async () => {
    const email = anAddress();
    const { userId } = (await ports.identity.createUser(email)) as { userId: string };
    const { runId } = await ports.aBusiness();
    expect(await ports.logins.plan({ runId, email })).toEqual({ userId, existedBefore: false });
    expect(await ports.identity.createUser(email)).toBe('exists');
    expect(await ports.logins.userIdOf(` ${email.toUpperCase()}`)).toBe(userId);
    expect(await ports.logins.userIdOf(anAddress())).toBeUndefined();
  });

  test('somebody who is blocked cannot sign in until allowed again; nobody is blocked or allowed without a word', async () => {
    const email = anAddress();
    const { userId } = (await ports.identity.createUser(email)) as { userId: string };
    const signIn = async () => {
      const { tokenHash } = await ports.identity.signInToken(email);
      const { error } = await ports.rig.visitor().auth.verifyOtp({ token_hash: tokenHash, type: 'magiclink' });
      return error?.code ?? 'signed in';
    };
    for (const block of [true, false, false]) {
      await (block ? ports.identity.blockSignIn(userId) : ports.identity.allowSignIn(userId));
      expect(await signIn()).toBe(block ? 'user_banned' : 'signed in');
    }
    await ports.identity.blockSignIn('00000000-0000-4000-8000-000000000000');
    await ports.identity.blockSignIn(userId, new Date(Date.now() + 3_600_000));
    expect(await signIn()).toBe('user_banned');
    await ports.identity.blockSignIn(userId, new Date(Date.now() + 100));
    await wait(1100); // Auth has a clock of its own, and is told whole seconds
    expect(await signIn()).toBe('signed in');
  });

  test('a business has one owner', async () => {
    const { runId } = await ports.aBusiness();
    const [first, second] = [await ports.rig.signedIn(anAddress()), await ports.rig.signedIn(anAddress())];
    await ports.logins.plan({ runId, email: 'whoever@example.com' });
    await ports.logins.record({ runId, userId: first.userId });
    await expect(ports.logins.record({ runId, userId: second.userId })).rejects.toMatchObject({ name: 'LoginConflict' });
  });

  test('a link is burnt by exactly one of many claims, and looking does not burn it', async () => {
    const email = anAddress();
    const { userId } = (await ports.identity.createUser(email)) as { userId: string };
    const tokenHash = hashToken(newToken());
    await ports.logins.createLink({ userId, tokenHash, expiresAt: new Date(Date.now() + 1000) });
    expect(await ports.logins.link(tokenHash)).toEqual({ state: 'open', userId, email });
    expect(await ports.logins.link(tokenHash)).toMatchObject({ state: 'open' });
    const claims = await Promise.all(Array.from({ length: 8 }, () => ports.logins.claimLink(tokenHash)));
    expect(claims.filter(({ outcome }) => outcome === 'claimed')).toEqual([{ outcome: 'claimed', userId, email }]);
    expect(claims.filter(({ outcome }) => outcome === 'used')).toHaveLength(7);
    expect(await ports.logins.link(tokenHash)).toMatchObject({ state: 'used' });
  });

  test('a link that expired or was never made is not claimed', async () => {
    const { userId } = (await ports.identity.createUser(anAddress())) as { userId: string };
    const tokenHash = hashToken(newToken());
    await ports.logins.createLink({ userId, tokenHash, expiresAt: new Date(Date.now() + 1000) });
    laterBy({ seconds: 1 });
    expect(await ports.logins.claimLink(tokenHash)).toMatchObject({ outcome: 'expired', userId });
    expect(await ports.logins.claimLink(hashToken('guess'))).toEqual({ outcome: 'unknown', userId: null, email: null });
  });

  test('the token for signing in is one that verifyOtp takes', async () => {
    const email = anAddress();
    await ports.identity.createUser(email);
    const { tokenHash, type } = await ports.identity.signInToken(email);
    const { data, error } = await ports.rig.visitor().auth.verifyOtp({ token_hash: tokenHash, type: type as 'magiclink' });
    expect(error).toBeNull();
    expect(data.user?.email).toBe(email);
  });
});

describe('Conversations', () => {
  let business: Awaited<ReturnType<Ports['aBusiness']>>;
  beforeAll(async () => {
    setTime(start);
    business = await ports.aBusiness({ businessName: 'Bright Sparks', services: 'Lights' });
  });

  let senders = 0;
  const aSender = () => {
    senders += 1;
    return `+6147${String(senders).padStart(7, '0')}`;
  };
  const sms = (from: string, body: string, to = business.e164) => ({ messageSid: `SM${randomUUID()}`, from, to, body, mediaCount: 0 });
  const receive = (from: string, body: string) => ports.conversations.receive(sms(from, body));
  const leadOf = async (from: string, to = business) =>
    (await rowsOf(ports.tables, 'leads', { phone: from, business_id: to.businessId }))[0];

  /** A message that is answered. */
  async function talk(from: string, body: string, answer: string) {
    const message = sms(from, body);
    const received = await ports.conversations.receive(message);
    await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: answer });
    return received;
  }

  test('a new sender becomes a lead, and the reply knows business, services and thread', async () => {
    const from = aSender();
    expect(await talk(from, 'Hi', 'Hello!')).toMatchObject({
      outcome: 'reply',
      businessId: business.businessId,
      businessName: 'Bright Sparks',
      services: 'Lights',
      isTest: false,
      isFirst: true,
      thread: [{ from: 'lead', body: 'Hi' }],
    });
    expect(await receive(from, 'Are you there?')).toMatchObject({
      isFirst: false,
      thread: [
        { from: 'lead', body: 'Hi' },
        { from: 'business', body: 'Hello!' },
        { from: 'lead', body: 'Are you there?' },
      ],
    });
  });

  test('a message delivered twice side by side is stored once', async () => {
    const message = sms(aSender(), 'twice');
    const both = await Promise.all([ports.conversations.receive(message), ports.conversations.receive(message)]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['reply', 'reply']);
    expect(await rowsOf(ports.tables, 'messages', { message_sid: message.messageSid })).toHaveLength(1);
  });

  test('a repeated delivery is answered until a reply is stored, and that is stored once', async () => {
    const message = sms(aSender(), 'again');
    await ports.conversations.receive(message);
    expect(await ports.conversations.receive(message)).toMatchObject({ outcome: 'reply' });
    await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'first' });
    await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'second' });
    expect(await ports.conversations.receive(message)).toMatchObject({ outcome: 'silent' });
    expect(await rowsOf(ports.tables, 'messages', { in_reply_to: message.messageSid })).toMatchObject([{ body: 'first' }]);
  });

  test('a number that is no business’s stores nothing', async () => {
    const message = sms(aSender(), 'hello?', '+61400000000');
    expect(await ports.conversations.receive(message)).toEqual({ outcome: 'unknown-number' });
    expect(await rowsOf(ports.tables, 'messages', { message_sid: message.messageSid })).toEqual([]);
    expect(await rowsOf(ports.tables, 'leads', { phone: message.from })).toEqual([]);
  });

  test.each(['STOP', ' stop. ', 'Unsubscribe', 'CANCEL', 'quit'])('%j opts out, is stored, and is not answered', async (word) => {
    const from = aSender();
    await receive(from, 'Hi');
    expect(await receive(from, word)).toEqual({ outcome: 'silent' });
    expect(await leadOf(from)).toMatchObject({ opted_out: true });
    expect(await receive(from, 'One more question')).toEqual({ outcome: 'silent' });
    expect(await rowsOf(ports.tables, 'messages', { lead_id: (await leadOf(from))!.id })).toHaveLength(3);
  });

  test.each(['START', 'unstop', 'Yes'])('%j opts in again, without an answer to the word itself', async (word) => {
    const from = aSender();
    await receive(from, 'STOP');
    expect(await receive(from, word)).toEqual({ outcome: 'silent' });
    expect(await leadOf(from)).toMatchObject({ opted_out: false });
    expect(await receive(from, 'Hi again')).toMatchObject({ outcome: 'reply' });
  });

  test('"yes" is an answer like any other for who has not opted out, and so is a sentence with "stop" in it', async () => {
    const from = aSender();
    expect(await receive(from, 'Yes')).toMatchObject({ outcome: 'reply' });
    expect(await receive(from, 'Please stop by tomorrow')).toMatchObject({ outcome: 'reply' });
    expect(await receive(from, 'HELP')).toEqual({ outcome: 'silent' });
  });

  test('a suspended business stores the message and says that nobody answers', async () => {
    const other = await ports.aBusiness();
    await ports.tables.from('businesses').update({ status: 'suspended' }).eq('id', other.businessId);
    const message = sms(aSender(), 'hi', other.e164);
    expect(await ports.conversations.receive(message)).toEqual({ outcome: 'closed', reason: 'suspended' });
    expect(await rowsOf(ports.tables, 'messages', { message_sid: message.messageSid })).toHaveLength(1);
  });

  test.each(['AusPost', '199', '', '+61 480 000 000'])('a sender %j that cannot be answered is no lead', async (from) => {
    expect(await receive(from, 'Your parcel is here')).toEqual({ outcome: 'silent' });
    expect(await rowsOf(ports.tables, 'leads', { phone: from })).toEqual([]);
  });

  test('two of our own numbers do not talk to each other', async () => {
    const other = await ports.aBusiness();
    expect(await receive(other.e164, 'Thanks for your message!')).toEqual({ outcome: 'silent' });
    expect(await leadOf(other.e164)).toBeUndefined();
  });

  test('one sender is a lead of each business it writes to', async () => {
    const other = await ports.aBusiness();
    const from = aSender();
    await receive(from, 'one');
    await ports.conversations.receive(sms(from, 'two', other.e164));
    expect((await leadOf(from))!.id).not.toBe((await leadOf(from, other))!.id);
  });

  test('a machine that answers every reply is answered ten times in ten minutes', async () => {
    const from = aSender();
    for (let round = 0; round < 10; round += 1) expect(await talk(from, `auto ${round}`, 'Sure!')).toMatchObject({ outcome: 'reply' });
    expect(await receive(from, 'auto 10')).toMatchObject({ outcome: 'silent' });
    laterBy({ minutes: 11 });
    const received = await receive(from, 'auto 11');
    expect(received).toMatchObject({ outcome: 'reply' });
    const { thread } = received as { thread: { body: string }[] };
    expect(thread).toHaveLength(20);
    expect(thread.at(-1)).toMatchObject({ from: 'lead', body: 'auto 11' });
  });
});

describe('SystemTests', () => {
  const testNumber = '+61480111222';
  const send = (to: string, body: string) =>
    ports.conversations.receive({ messageSid: `SM${randomUUID()}`, from: testNumber, to, body, mediaCount: 0 });

  test('the nonce of the first call stays', async () => {
    const { runId } = await ports.aBusiness();
    const first = nonce();
    expect(await ports.systemTests.plan(runId, first)).toEqual({ nonce: first, messageSid: null });
    await ports.systemTests.recordSent({ runId, messageSid: 'SM-out' });
    expect(await ports.systemTests.plan(runId, nonce())).toEqual({ nonce: first, messageSid: 'SM-out' });
  });

  test('the parts of the result appear one after the other, and the lead is a test', async () => {
    const { runId, e164 } = await ports.aBusiness();
    const { nonce: code } = await ports.systemTests.plan(runId, nonce());
    expect(await ports.systemTests.result(runId)).toEqual({ leadId: null, inboundBody: null, reply: null });
    const body = `CoreSentia test ${code}: Hi`;
    const messageSid = `SM${randomUUID()}`;
    const received = await ports.conversations.receive({ messageSid, from: testNumber, to: e164, body, mediaCount: 0 });
    expect(received).toMatchObject({ outcome: 'reply', isTest: true });
    const { leadId } = received as { leadId: string };
    expect(await ports.systemTests.result(runId)).toEqual({ leadId, inboundBody: body, reply: null });
    await ports.conversations.recordReply({ inReplyTo: messageSid, body: 'Hi from Sparks' });
    expect(await ports.systemTests.result(runId)).toEqual({ leadId, inboundBody: body, reply: 'Hi from Sparks' });
    expect(await rowsOf(ports.tables, 'leads', { id: leadId })).toMatchObject([{ is_test: true }]);
  });

  test('the test number is not answered without a nonce, nor with another business’s, nor once the test is over', async () => {
    const [first, second] = [await ports.aBusiness(), await ports.aBusiness()];
    const { nonce: code } = await ports.systemTests.plan(first.runId, nonce());
    expect(await send(first.e164, `test ${code}`)).toMatchObject({ isTest: true });
    expect(await send(first.e164, 'no code')).toEqual({ outcome: 'silent' });
    expect(await send(second.e164, `test ${code}`)).toEqual({ outcome: 'silent' });
    await ports.ledger.beginStep({ runId: first.runId, executionId: first.executionId, step: 'VerifySystem', redriveCount: 0 });
    await ports.ledger.finishStep({ runId: first.runId, step: 'VerifySystem', evidence: {} });
    expect(await send(first.e164, `test ${code}`)).toEqual({ outcome: 'silent' });
  });

  test('an unknown run is RunNotFound', async () => {
    await expect(ports.systemTests.plan(randomUUID(), nonce())).rejects.toMatchObject({ name: 'RunNotFound' });
    await expect(ports.systemTests.result(randomUUID())).rejects.toMatchObject({ name: 'RunNotFound' });
  });
});
