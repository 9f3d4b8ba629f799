/**
 * Takes in one inbound SMS, whichever way it reached us: Twilio's webhook, the fallback's queue or the reconciliation. Two round trips to the database.
 * Idempotent: a message is stored once per MessageSid, answered once, and books once; `Lead Captured` is repeated until the database knows of it.
 */
import { closedWords } from './conversation/closed';
import type { Announcement } from './conversation/facts';
import { intentsOf, kindOf } from './conversation/intents';
import type { Plan } from './conversation/plan';
import { describeError } from './errors';
import type { LeadCaptured, OurEvent } from './events';
import { log } from './log';
import { E164 } from './phone';
import type { Services } from './ports';
import type { QuietLead, Received, Turn } from './ports/conversations';
import { type ReplyTimes, replyTo } from './reply';
import type { InboundSms } from './twilio-webhook';

export type IntakeServices = Pick<Services, 'conversations' | 'eventPublisher' | 'replyWriter'>;

/**
 * `isLate`: it comes from Twilio's log, and the caller finds out itself what has become of an earlier answer. `silently`: it is too late for an answer, or there
 * was one already; everything else happens as always. `now`: for a replay of old texts.
 */
export interface IntakeOptions {
  isLate?: boolean;
  silently?: boolean;
  now?: Date | undefined;
}

/** Stores the message, then answers with the reply that is already recorded and must go out now, or undefined. Throws if it could not be stored. */
export async function takeIn(message: InboundSms, services: IntakeServices, options: IntakeOptions = {}): Promise<string | undefined> {
  const startedMs = Date.now();
  const { MessageSid: messageSid, From: from, To: to, NumMedia: mediaCount } = message;
  const body = storable(message.Body);
  if (!E164.safeParse(from).success || !E164.safeParse(to).success) {
    log.info('SMS from a sender without a number', { messageSid });
    return undefined;
  }
  const received = await services.conversations.receive({ messageSid, from, to, body, mediaCount, kind: kindOf(body) });
  return respond({ messageSid, body }, received, { services, options, startedMs });
}

interface Stored {
  messageSid: string;
  body: string;
}
interface Attempt {
  services: IntakeServices;
  options: IntakeOptions;
  startedMs: number;
}

async function respond(message: Stored, received: Received, { services, options, startedMs }: Attempt): Promise<string | undefined> {
  const { messageSid } = message;
  const { silently = false, isLate = false, now } = options;
  if (received.outcome === 'reply') return answer(messageSid, received, { services, silently, times: { startedMs, ...(now && { now }) } });
  if (received.outcome === 'closed') return silently ? undefined : sayClosed(messageSid, closedWords[received.reason], services);
  if (received.outcome === 'unknown-number') {
    log.warn('SMS to a number that no business has', { messageSid });
    return undefined;
  }
  if (received.quiet) await announceQuietly(message, received.quiet, services);
  if (received.isUnsent && !isLate) await lookLater(messageSid, services);
  return undefined;
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

async function sayClosed(messageSid: string, body: string, { conversations }: IntakeServices): Promise<string | undefined> {
  const recorded = await conversations.recordReply({ inReplyTo: messageSid, body });
  log.info('SMS to a number that nobody answers', { messageSid, outcome: recorded.outcome });
  return recorded.outcome === 'recorded' ? body : undefined;
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
async function announce(ids: Ids, news: Announcement[], services: Pick<Services, 'eventPublisher'>): Promise<Announcement[]> {
  const reason = (['urgent', 'person', 'new'] as const).find((kind) => news.includes(kind));
  return reason && (await tell(ids, reason, services)) ? news : [];
}

type Ids = Pick<LeadCaptured, 'businessId' | 'leadId' | 'messageSid'>;

function tell(ids: Ids, reason: NonNullable<LeadCaptured['reason']>, services: Pick<Services, 'eventPublisher'>): Promise<boolean> {
  return published({ detailType: 'Lead Captured', detail: { ...ids, urgent: reason === 'urgent', reason } }, ids.messageSid, services);
}

async function published(event: OurEvent, messageSid: string, { eventPublisher }: Pick<Services, 'eventPublisher'>): Promise<boolean> {
  try {
    await eventPublisher.publish([event]);
    return true;
  } catch (error) {
    log.error(`${event.detailType} is not published`, { messageSid, ...describeError(error) });
    return false;
  }
}

/** A lead to whom the machine says nothing is one that the owner hears of all the same: of each text, if only a person answers it. */
async function announceQuietly(message: Stored, quiet: QuietLead, services: IntakeServices): Promise<void> {
  const { businessId, leadId, isByHand, announced } = quiet;
  const ids = { businessId, leadId, messageSid: message.messageSid };
  const isUrgent = isByHand && intentsOf(message.body).has('emergency');
  const found: Announcement[] = isUrgent ? ['new', 'urgent'] : ['new'];
  const kinds = await announce(
    ids,
    found.filter((kind) => !announced.includes(kind)),
    services,
  );
  if (kinds.length > 0) await services.conversations.recordAnnounced({ leadId, kinds });
  else if (isByHand) await tell(ids, 'message', services);
}

/** Twilio repeats a request whose answer it did not get. It may have got it all the same: its log tells in a minute, and recover-message reads it. */
async function lookLater(messageSid: string, services: IntakeServices): Promise<void> {
  await published({ detailType: 'Message Missed', detail: { messageSid } }, messageSid, services);
}

/** Postgres takes no NUL, and nobody reads more than a dozen segments. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').slice(0, 2000).toWellFormed();
}
