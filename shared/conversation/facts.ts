/** What we know of a lead and its business while they talk. Pure. */
import * as z from 'zod';
import type { WorkingHours } from '../working-hours';

export const urgencies = ['emergency', 'today', 'soon', 'flexible'] as const;
export type Urgency = (typeof urgencies)[number];

/** One line of plain text, as a database column and a dashboard take it. */
const line = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u);

/** What a lead has told; null is not told yet. `language`: ISO 639-1 if it is not English. `preferredTime`: in words that `readWish` reads again. */
export const LeadFacts = z.object({
  name: line(50).nullable(),
  suburb: line(60).nullable(),
  job: line(200).nullable(),
  urgency: z.enum(urgencies).nullable(),
  preferredTime: line(60).nullable(),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .nullable(),
});
export type LeadFacts = z.infer<typeof LeadFacts>;

export const noFacts: LeadFacts = { name: null, suburb: null, job: null, urgency: null, preferredTime: null, language: null };

/** What a reply asked: the next message may be the answer. `choice`: one of the offered times. */
export const questions = ['suburb', 'job', 'urgency', 'time', 'choice'] as const;
export type Question = (typeof questions)[number];

/** ISO 8601 UTC. */
export interface Span {
  startsAt: string;
  endsAt: string;
}

/** When the business can work. `workingHours` and `timeZone` (IANA) are null if it has none that we understand: no times are offered. Minutes. */
export interface Calendar {
  workingHours: WorkingHours | null;
  timeZone: string | null;
  travelBuffer: number;
  jobDuration: number;
  /** Bookings around now, whoever they are for. */
  busy: Span[];
}

/** One text of a thread. */
export interface ThreadMessage {
  from: 'lead' | 'business';
  body: string;
  mediaCount?: number | undefined;
}

export const tones = ['friendly', 'professional', 'relaxed'] as const;

/** What a reply may talk about, as the business chooses in its settings. */
export const topics = ['services', 'hours', 'service-area', 'booking-times', 'payment-methods', 'call-out-fee'] as const;
export type Topic = (typeof topics)[number];

/** Everything a reply is made of. */
export interface Conversation {
  businessName: string;
  services: string;
  /** E.164: the one number that a reply may name. */
  phone: string | null;
  tone: (typeof tones)[number];
  topics: readonly Topic[];
  /** What the business wants leads to know, in its own words, at most 1000 characters; empty if nothing. */
  ownWords: string;
  calendar: Calendar;
  /** The owner tries the number: nothing is booked. */
  isTrial: boolean;
  /** No reply to this lead yet: name the business and how to opt out. */
  isFirst: boolean;
  facts: LeadFacts;
  asked: Question | null;
  /** Times that the last reply offered, ISO 8601 UTC. */
  offered: string[];
  /** The lead's own booking that is still ahead. */
  booking: Span | null;
  /** Oldest first, the new message last, at most 20. */
  thread: ThreadMessage[];
}

/** What happened with a lead, as `Lead Captured` tells it. */
export const announcements = ['new', 'urgent', 'person'] as const;
export type Announcement = (typeof announcements)[number];
