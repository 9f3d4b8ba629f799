/** The corpus of conversations: what leads write, and what must come of it. One file per trade in test/corpus/conversations. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { tones, topics } from '../../shared/conversation/facts';
import { WorkingHours } from '../../shared/working-hours';

const facts = z.object({
  name: z.string(),
  suburb: z.string(),
  job: z.string(),
  urgency: z.string(),
  preferredTime: z.string(),
  language: z.string(),
});

/** One text of the lead, or several quick ones that get one answer. `says`/`never`: patterns of the answer; `silent`: there must be none. */
const Turn = z.strictObject({
  lead: z.string().or(z.array(z.string())),
  media: z.int().default(0),
  silent: z.boolean().default(false),
  says: z.string().optional(),
  never: z.string().optional(),
});

/**
 * What must be true at the end. `booking`: the words of the time that is booked, null for none, absent if either is fine; `facts`: patterns;
 * `escalation`: what the owner is told beside that there is a lead; `language`: what the first answer admits.
 */
const Expectation = z.strictObject({
  booking: z.string().nullable().optional(),
  escalation: z.enum(['none', 'urgent', 'person']).optional(),
  optedOut: z.boolean().default(false),
  facts: facts.partial().default({}),
});

const Conversation = z.strictObject({
  name: z.string(),
  kind: z.enum(['ordinary', 'slang', 'anger', 'emergency', 'spam', 'language', 'hostile', 'opt-out', 'question', 'booking', 'settings']),
  /** What the business chose on its settings page; friendly, everything and nothing of its own otherwise. */
  settings: z
    .strictObject({ tone: z.enum(tones), topics: z.array(z.enum(topics)), ownWords: z.string() })
    .partial()
    .default({}),
  /** ISO 8601; the corpus's own Monday otherwise. */
  at: z.string().optional(),
  turns: z.array(Turn).min(1),
  expect: Expectation.default({ optedOut: false, facts: {} }),
});
export type CorpusConversation = z.infer<typeof Conversation>;

const Trade = z.strictObject({
  trade: z.string(),
  business: z.strictObject({
    businessName: z.string(),
    services: z.string(),
    timeZone: z.string(),
    travelBuffer: z.int(),
    jobDuration: z.int(),
    workingHours: WorkingHours,
    bookings: z.array(z.object({ startsAt: z.string(), endsAt: z.string() })).default([]),
  }),
  conversations: z.array(Conversation),
});
export type Trade = z.infer<typeof Trade>;

/** Every trade with its conversations, by file name. Throws if a file is not in this shape. */
export function readCorpus(folder = join(process.cwd(), 'test/corpus/conversations')): Trade[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.map((file) => Trade.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))));
}
