import { reconcileMessages } from '../../functions/reconcile-messages';
import { recoverMessage } from '../../functions/recover-message';
import { answerInstead } from '../../functions/sms-fallback';
import { answerSms } from '../../functions/sms-webhook';
import { TransientError } from '../../shared/errors';
import type { LateMessages } from '../../shared/ports/conversations';
import type { ReceivedText, Telephony } from '../../shared/ports/twilio';
import { fakeConversations } from '../fakes/conversations';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeLateMessages } from '../fakes/late-messages';
import { fakeReplyWriter } from '../fakes/reply-writer';
import type { Script } from '../fakes/script';
import { fakeTelephony } from '../fakes/telephony';
import { fakeTextLog } from '../fakes/text-log';
import { errorOf } from '../support/error-of';

const number = '+61480000001';
const lead = '+61480000002';
const business = { businessId: '6b0f6a3e-1111-4222-8333-444455556666', businessName: 'Bright Sparks', services: 'Electrical work', number };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const received = (changes: Partial<ReceivedText> = {}): ReceivedText => {
  return { messageSid: 'SM1', from: lead, to: number, body: 'Hi', mediaCount: 0, sentAt: minutesAgo(5), ...changes };
};
const webhook = (changes: object = {}) => ({ MessageSid: 'SM1', From: lead, To: number, Body: 'Hi', NumMedia: 0, ...changes });

interface Circumstances {
  inbox?: ReceivedText[];
  refusals?: Record<string, number>;
  superseded?: string[];
  telephony?: Script<Telephony>;
  late?: Script<LateMessages>;
}
function world({ inbox = [received()], refusals = {}, superseded = [], telephony = {}, late = {} }: Circumstances = {}) {
  const conversations = fakeConversations({ businesses: [business] });
  return {
    conversations,
    eventPublisher: fakeEventPublisher(),
    lateMessages: fakeLateMessages(conversations, { numbers: [number], superseded, ...late }),
    replyWriter: fakeReplyWriter(),
    smsStatusUrl: 'https://status.example/api/sms/status',
    telephony: fakeTelephony({ inbox, refusals, ...telephony }),
    textLog: fakeTextLog(),
  };
}
const missed = { messageSid: 'SM1' };

describe('the fallback', () => {
  test('answers, and parks the SID and nothing else', async () => {
    const uses = world();
    expect((await answerInstead(webhook(), uses)).body).toMatch(/<Message>.*has arrived.*<\/Message>/);
    expect(uses.eventPublisher.published).toEqual([{ detailType: 'Message Missed', detail: { messageSid: 'SM1' } }]);
  });

  test.each([
    ['a keyword', { Body: 'STOP' }],
    ['a sender without a number', { From: 'MyBank' }],
    ['somebody who wants to be left alone', { Body: 'please stop texting me' }],
    ['a machine', { Body: 'This is an automated message. Please do not reply.' }],
    ['its own words', { Body: 'Thanks for your message, it has arrived. Somebody will get back to you.' }],
  ])('parks %s and says nothing to it', async (_, changes) => {
    const uses = world();
    expect((await answerInstead(webhook(changes), uses)).body).toContain('<Response/>');
    expect(uses.eventPublisher.published).toHaveLength(1);
  });

  test('answers even if the bus is away', async () => {
    const eventPublisher = fakeEventPublisher({ failures: { publish: [new TransientError('away')] } });
    expect((await answerInstead(webhook(), { eventPublisher })).body).toContain('has arrived');
  });
});

describe('a message that comes late', () => {
  test('is taken in and answered by a text of its own, once', async () => {
    const uses = world();
    await recoverMessage(missed, uses);
    await recoverMessage(missed, uses);
    expect(uses.conversations.messages).toHaveLength(1);
    expect(uses.telephony.sent).toMatchObject([{ from: number, to: lead, body: uses.conversations.messages[0]?.reply }]);
    expect(uses.textLog.reports).toEqual([{ ref: 'reply:SM1', messageSid: 'SM1', status: 'queued', errorCode: null }]);
  });

  test('gets no second answer after the fallback’s, which is shown instead', async () => {
    const uses = world();
    await uses.telephony.sendSms({ from: number, to: lead, body: 'Thanks, it has arrived' });
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toHaveLength(1);
    expect(uses.lateMessages.settled).toMatchObject([
      { inReplyTo: 'SM1', sent: [{ body: 'Thanks, it has arrived' }], isSuperseded: false },
    ]);
  });

  test.each([
    ['it is over an hour old', { inbox: [received({ sentAt: minutesAgo(61) })] }],
    ['the lead has written again', { superseded: ['SM1'] }],
    ['it says STOP', { inbox: [received({ body: 'STOP' })] }],
    ['nobody has the number', { inbox: [received({ to: '+61480000008' })] }],
  ])('is not answered if %s', async (_, circumstances) => {
    const uses = world(circumstances);
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toEqual([]);
  });

  test('is stored and announced even if it is too late for an answer', async () => {
    const uses = world({ inbox: [received({ sentAt: minutesAgo(61) })] });
    await recoverMessage(missed, uses);
    expect(uses.conversations.messages).toMatchObject([{ messageSid: 'SM1', body: 'Hi' }]);
    expect(uses.eventPublisher.published).toMatchObject([{ detailType: 'Lead Captured', detail: { messageSid: 'SM1' } }]);
  });

  test('whose answer a webhook recorded and Twilio never got is answered with that', async () => {
    const uses = world();
    await answerSms(webhook(), uses);
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toMatchObject([{ body: uses.conversations.messages[0]?.reply }]);
  });

  test('whose text may have gone out is not texted again', async () => {
    const uses = world({ telephony: { loseResponseOf: 'sendText' } });
    await recoverMessage(missed, uses);
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toHaveLength(1);
    expect(uses.textLog.released).toEqual([]);
  });

  test('whose text Twilio has proved not to take is tried again', async () => {
    const uses = world({ telephony: { failures: { sendText: [new TransientError('slower', { accepted: 'no' })] } } });
    expect((await errorOf(recoverMessage(missed, uses))).name).toBe('TransientError');
    expect(uses.textLog.released).toEqual(['reply:SM1']);
  });

  test('to a phone that Twilio refuses is recorded as failed', async () => {
    const uses = world({ refusals: { [lead]: 21610 } });
    await recoverMessage(missed, uses);
    expect(uses.textLog.reports).toEqual([{ ref: 'reply:SM1', messageSid: null, status: 'failed', errorCode: 21610 }]);
  });

  test('that Twilio repeats because our answer got lost is looked at again, and answered once', async () => {
    const uses = world();
    await answerSms(webhook(), uses);
    expect((await answerSms(webhook(), uses)).body).toContain('<Response/>');
    expect(uses.eventPublisher.published.at(-1)).toEqual({ detailType: 'Message Missed', detail: missed });
    await recoverMessage(missed, uses);
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toMatchObject([{ body: uses.conversations.messages[0]?.reply }]);
    await answerSms(webhook(), uses);
    expect(uses.eventPublisher.published.filter(({ detailType }) => detailType === 'Message Missed')).toHaveLength(1);
  });

  test('that Twilio repeats although our answer went out gets no other', async () => {
    const uses = world();
    await answerSms(webhook(), uses);
    const answer = { from: number, to: lead, body: uses.conversations.messages[0]?.reply ?? '' };
    await uses.telephony.sendSms(answer);
    await answerSms(webhook(), uses);
    await recoverMessage(missed, uses);
    expect(uses.telephony.sent).toMatchObject([answer]);
    expect(uses.lateMessages.settled).toMatchObject([{ inReplyTo: 'SM1', sent: [{ body: answer.body }] }]);
  });

  test('that Twilio does not know is given up', async () => {
    const uses = world({ inbox: [] });
    await recoverMessage(missed, uses);
    expect(uses.conversations.messages).toEqual([]);
  });
});

describe('the reconciliation', () => {
  test('takes in what Twilio has and we have not, once', async () => {
    const uses = world({ inbox: [received(), received({ messageSid: 'SM2', body: 'Anybody there?', sentAt: minutesAgo(4) })] });
    await answerSms(webhook(), uses);
    await uses.telephony.sendSms({ from: number, to: lead, body: 'x' });
    uses.conversations.messages[0]!.isKnownToBeOut = true;
    expect(await reconcileMessages(uses)).toBe(1);
    expect(await reconcileMessages(uses)).toBe(0);
    expect(uses.conversations.messages.map(({ messageSid }) => messageSid)).toEqual(['SM1', 'SM2']);
  });

  test('answers what was stored and whose answer never went out, once', async () => {
    const uses = world();
    await answerSms(webhook(), uses);
    expect(await reconcileMessages(uses)).toBe(1);
    expect(await reconcileMessages(uses)).toBe(0);
    expect(uses.telephony.sent).toMatchObject([{ body: uses.conversations.messages[0]?.reply }]);
  });

  test('leaves what a webhook may still be working on', async () => {
    expect(await reconcileMessages(world({ inbox: [received({ sentAt: minutesAgo(1) })] }))).toBe(0);
  });

  test('counts a number as looked at only when all its messages are in', async () => {
    const uses = world({ late: { failures: { hasNewer: [new TransientError('away')] } } });
    expect((await errorOf(reconcileMessages(uses))).name).toBe('AggregateError');
    expect(uses.lateMessages.reconciled).toEqual([]);
    expect(await reconcileMessages(uses)).toBe(1);
    expect(uses.lateMessages.reconciled).toEqual([number]);
  });

  test('announces leads whose event was lost', async () => {
    const untold = [{ businessId: business.businessId, leadId: 'lead-1', messageSid: 'SM1', urgent: true, reason: 'urgent' as const }];
    const told: object[] = [];
    const uses = world({ inbox: [] });
    const conversations = {
      ...uses.conversations,
      unannounced: async () => (told.length > 0 ? [] : untold),
      recordAnnounced: async (announced: object) => void told.push(announced),
    };
    await reconcileMessages({ ...uses, conversations });
    await reconcileMessages({ ...uses, conversations });
    expect(uses.eventPublisher.published).toEqual([{ detailType: 'Lead Captured', detail: untold[0] }]);
    expect(told).toEqual([{ leadId: 'lead-1', kinds: ['new', 'urgent'] }]);
  });
});
