/** Port Conversations on Postgres: supabase/migrations/…_conversation_turns.sql, …_conversation_events.sql. */
import * as z from 'zod';
import { announcements, LeadFacts, questions, tones, type Topic, topics } from '../../conversation/facts';
import { LeadCaptured } from '../../events';
import type { Conversations, Received } from '../../ports/conversations';
import { defaultJobDuration, defaultTravelBuffer, WorkingHours } from '../../working-hours';
import { Nothing, now, Utc } from './answers';
import type { Database, Json } from './database';

const Span = z.object({ startsAt: Utc, endsAt: Utc });

/** A row that predates the pipeline may hold hours of any shape: then no times are offered. */
const ReplyRequest = z.object({
  outcome: z.literal('reply'),
  businessId: z.guid(),
  businessName: z.string(),
  phone: z.string().nullable(),
  timeZone: z.string().nullable(),
  services: z.string(),
  tone: z.enum(tones).catch('friendly'),
  // Null: all of them. A topic of tomorrow is none that this code can talk about.
  topics: z.array(z.string()).nullable().transform(knownTopics),
  ownWords: z.string().transform((text) => text.slice(0, 1000)),
  workingHours: WorkingHours.nullable().catch(null),
  travelBuffer: z.int().nonnegative().nullable(),
  jobDuration: z.int().positive().nullable(),
  leadId: z.uuid(),
  isTest: z.boolean(),
  isTrial: z.boolean(),
  isFirst: z.boolean(),
  facts: LeadFacts,
  asked: z.enum(questions).nullable(),
  offered: z.array(Utc),
  announced: z.array(z.enum(announcements)),
  booking: Span.nullable(),
  busy: z.array(Span),
  thread: z.array(z.object({ from: z.enum(['lead', 'business']), body: z.string(), mediaCount: z.int() })),
});

const Silent = z.object({
  outcome: z.literal('silent'),
  quiet: z.object({ businessId: z.guid(), leadId: z.uuid(), isByHand: z.boolean(), announced: z.array(z.enum(announcements)) }).optional(),
  isUnsent: z.boolean().optional(),
});
const Closed = z.object({ outcome: z.literal('closed'), reason: z.enum(['quarantined', 'suspended']) });
const ReceivedAnswer = z
  .discriminatedUnion('outcome', [z.object({ outcome: z.literal('unknown-number') }), Silent, Closed, ReplyRequest])
  .transform((answer): Received => (answer.outcome === 'reply' ? received(answer) : answer));

function knownTopics(chosen: string[] | null): Topic[] {
  return topics.filter((topic) => chosen === null || chosen.includes(topic));
}

function received({ workingHours, timeZone, travelBuffer, jobDuration, busy, ...rest }: z.infer<typeof ReplyRequest>): Received {
  const minutes = { travelBuffer: travelBuffer ?? defaultTravelBuffer, jobDuration: jobDuration ?? defaultJobDuration };
  return { ...rest, calendar: { workingHours, timeZone, busy, ...minutes } };
}

const RecordedAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('recorded'), body: z.string().nullable(), isBooked: z.boolean() }),
  z.object({ outcome: z.enum(['repeated', 'opted-out', 'taken-over', 'superseded']) }),
]);

export function supabaseConversations(db: Database): Conversations {
  return {
    receive: ({ messageSid, from, to, body, mediaCount, kind = 'text' }) => {
      const message = { p_message_sid: messageSid, p_from: from, p_to: to, p_body: body, p_media_count: mediaCount, p_kind: kind };
      return db.call('receive_message', { ...message, p_now: now() }, ReceivedAnswer);
    },
    recordReply: ({ inReplyTo, body, facts = {}, flags = [], asked = null, offered = [], booking, announced = [] }) => {
      const turn: Json = { facts: { ...facts }, flags, asked, offered, announced };
      const p_turn: Json = booking ? { ...turn, ...bookingOf(booking) } : turn;
      return db.call('record_reply', { p_in_reply_to: inReplyTo, p_body: body, p_now: now(), p_turn }, RecordedAnswer);
    },
    recordAnnounced: ({ leadId, kinds }) => db.call('record_announced', { p_lead_id: leadId, p_kinds: kinds, p_now: now() }, Nothing),
    unannounced: () => db.call('unannounced_leads', { p_now: now() }, z.array(LeadCaptured)),
  };
}

type Booking = NonNullable<Parameters<Conversations['recordReply']>[0]['booking']>;

function bookingOf({ startsAt, endsAt, title, ifTaken }: Booking): Record<string, Json> {
  return { booking: { startsAt, endsAt, title }, ifTaken: { ...ifTaken } };
}
