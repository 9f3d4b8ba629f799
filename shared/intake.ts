/**
 * Takes in one inbound SMS, whichever way it reached us: Twilio's webhook, the fallback's queue or the reconciliation. Two round trips to the database.
 * Idempotent: a message is stored once per MessageSid, answered once, and books once; `Lead Captured` is repeated until the database knows of it.
 */
import { kindOf } from './conversation/intents';
import type { Announcement } from './conversation/facts';
import type { Plan } from './conversation/plan';
import { describeError } from './errors';
import { log } from './log';
import { E164 } from './phone';
import type { Received, Services, Turn } from './ports';
import { type ReplyTimes, replyTo } from './reply';
import type { InboundSms } from './twilio-webhook';

export type IntakeServices = Pick<Services, 'conversations' | 'eventPublisher' | 'replyWriter'>;

/** `silently`: it is too late for an answer, or there was one already; everything else happens as always. `now`: for a replay of old texts. */
export interface IntakeOptions {
  silently?: boolean;
  now?: Date | undefined;
}

/** Stores the message, then answers with the reply that is already recorded and must go out now, or undefined. Throws if it could not be stored. */
export async function takeIn(
  message: InboundSms,
  services: IntakeServices,
  { silently = false, now }: IntakeOptions = {},
): Promise<string | undefined> {
  const startedMs = Date.now();
  const { MessageSid: messageSid, From: from, To: to, NumMedia: mediaCount } = message;
  const body = storable(message.Body);
  if (!E164.safeParse(from).success || !E164.safeParse(to).success) {
    log.info('SMS from a sender without a number', { messageSid });
    return undefined;
  }
  const received = await services.conversations.receive({ messageSid, from, to, body, mediaCount, kind: kindOf(body) });
  if (received.outcome === 'unknown-number') log.warn('SMS to a number that no business has', { messageSid });
  if (received.outcome === 'silent' && received.unannounced) await announceQuietly(messageSid, received.unannounced, services);
  if (received.outcome !== 'reply') return undefined;
  return answer(messageSid, received, { services, silently, times: { startedMs, ...(now && { now }) } });
}

type Answerable = Extract<Received, { outcome: 'reply' }>;
interface Circumstances {
  services: IntakeServices;
  silently: boolean;
  times: ReplyTimes;
}

async function answer(messageSid: string, received: Answerable, { services, silently, times }: Circumstances): Promise<string | undefined> {
  const { businessId, leadId, isTest } = received;
  const plan = await replyTo(received, services.replyWriter, times);
  const announced = await announce({ businessId, leadId, messageSid }, newsIn(plan, received), services);
  const recorded = await services.conversations.recordReply(turnOf(messageSid, { plan, announced, silently }));
  log.info('SMS taken in', { messageSid, businessId, isTest, move: plan.move, outcome: recorded.outcome });
  return recorded.outcome === 'recorded' ? (recorded.body ?? undefined) : undefined;
}

/** What is not said is not offered and not booked either. */
function turnOf(inReplyTo: string, { plan, announced, silently }: { plan: Plan; announced: Announcement[]; silently: boolean }): Turn {
  const { facts, flags, asked, offered, booking, ifTaken, reply } = plan;
  if (silently) return { inReplyTo, body: null, facts, flags, announced };
  const title = [facts.job ?? 'Job', facts.suburb].filter(Boolean).join(', ');
  return {
    inReplyTo,
    body: reply,
    facts,
    flags,
    asked,
    offered,
    announced,
    ...(booking && ifTaken && { booking: { ...booking, title, ifTaken } }),
  };
}

/** What the owner does not know yet. Our tests, the owner's own trials and advertisers are no news. */
function newsIn({ flags }: Plan, { announced, isTest, isTrial }: Answerable): Announcement[] {
  if (isTest || isTrial || flags.includes('spam')) return [];
  const found = (['new', ...flags] as const).filter((kind) => kind !== 'spam');
  return found.filter((kind) => !announced.includes(kind));
}

/** Which of it is on the bus now. The lead must get an answer even if the bus is away: the next message, or the reconciliation, tells it then. */
async function announce(
  ids: { businessId: string; leadId: string; messageSid: string },
  news: Announcement[],
  { eventPublisher }: Pick<Services, 'eventPublisher'>,
): Promise<Announcement[]> {
  if (news.length === 0) return [];
  try {
    await eventPublisher.publish([{ detailType: 'Lead Captured', detail: { ...ids, urgent: news.includes('urgent') } }]);
    return news;
  } catch (error) {
    log.error('Lead Captured is not published', { messageSid: ids.messageSid, ...describeError(error) });
    return [];
  }
}

/** A lead to whom the machine says nothing is one that the owner hears of all the same. */
async function announceQuietly(messageSid: string, lead: { businessId: string; leadId: string }, services: IntakeServices): Promise<void> {
  const kinds = await announce({ ...lead, messageSid }, ['new'], services);
  if (kinds.length > 0) await services.conversations.recordAnnounced({ leadId: lead.leadId, kinds });
}

/** Postgres takes no NUL, and nobody reads more than a dozen segments. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').slice(0, 2000).toWellFormed();
}
