/**
 * What to do about a lead's newest text: the policy of every conversation, whoever words it. One question at a time (suburb, job, urgency, time),
 * emergencies to the phone, times from the calendar only, one booking. Pure.
 */
import { slotsFor } from './offer';
import { chooseFrom, isAssent } from './choice';
import { freeSlots, isFree, spanOf } from './calendar';
import type { Reading } from './extract';
import type { Conversation, LeadFacts, Question, Span } from './facts';
import { offerWords, questionWords, say, sayings, timesAsked, type Words } from './say';
import { slotWords } from './words';

/** What a reply does. */
export const moves = [
  'emergency',
  'ask-suburb',
  'ask-job',
  'ask-urgency',
  'ask-time',
  'offer',
  'book',
  'person',
  'complaint',
  'noted',
  'bye',
  'silence',
] as const;
export type Move = (typeof moves)[number];

/** A decision with the engine's own words for it; `reply` is null for `silence`. */
export interface Plan {
  move: Move;
  reply: string | null;
  /** What is known with this text. */
  facts: LeadFacts;
  flags: ('urgent' | 'person' | 'spam')[];
  asked: Question | null;
  /** ISO 8601 UTC; the only times that the reply may name. */
  offered: string[];
  /** The time to book, and what to say if it has gone meanwhile. */
  booking: Span | undefined;
  ifTaken: { body: string; asked: Question | null; offered: string[] } | undefined;
}

/** `chosen`: a time that the lead was understood to take, if the rules found none. */
export interface PlanOptions {
  now: Date;
  chosen?: string | undefined;
}

type Decision = Pick<Plan, 'move'> & Partial<Pick<Plan, 'asked' | 'offered' | 'booking' | 'ifTaken' | 'flags'>> & { words: Words | null };

/** The lead's texts since our last reply, oldest first, one per line. */
export function pendingText({ thread }: Pick<Conversation, 'thread'>): string {
  const last = thread.findLastIndex(({ from }) => from === 'business');
  return thread
    .slice(last + 1)
    .map(({ body }) => body)
    .join('\n');
}

/** What of it is known: the newest word on a thing counts. */
export function merge(known: LeadFacts, told: LeadFacts): LeadFacts {
  const urgency = known.urgency === 'emergency' ? known.urgency : (told.urgency ?? known.urgency);
  return {
    name: told.name ?? known.name,
    suburb: told.suburb ?? known.suburb,
    job: known.job ?? told.job,
    urgency,
    preferredTime: told.preferredTime ?? known.preferredTime,
    language: told.language ?? known.language,
  };
}

export function plan(conversation: Conversation, reading: Reading, options: PlanOptions): Plan {
  const facts = merge(conversation.facts, reading.facts);
  const decision = decide({ conversation: { ...conversation, facts }, before: conversation.facts, reading, options });
  const { words, flags = [], asked = null, offered = [], booking, ifTaken, move } = decision;
  const notes = notesFor(conversation, reading);
  const wanted = reading.facts.language && !conversation.facts.language ? (['person'] as const) : [];
  return {
    move,
    reply: words && say({ notes: [...notes, ...(words.notes ?? [])], ask: words.ask }, conversation),
    facts,
    flags: [...new Set([...flags, ...wanted])],
    asked,
    offered,
    booking,
    ifTaken: ifTaken && { ...ifTaken, body: ifTaken.body },
  };
}

interface Situation {
  /** With the facts as they are known by now. */
  conversation: Conversation;
  before: LeadFacts;
  reading: Reading;
  options: PlanOptions;
}

/** The first rule that has something to say decides. */
function decide(situation: Situation): Decision {
  for (const rule of [spam, emergency, trouble, choice, farewell, nextQuestion]) {
    const decision = rule(situation);
    if (decision) return decision;
  }
  return offer(situation);
}

/** Only who has told nothing yet can be an advertiser. */
function spam({ reading, conversation, before }: Situation): Decision | undefined {
  const isKnown = before.job !== null || before.suburb !== null || conversation.booking !== null;
  return reading.intents.has('spam') && !isKnown ? { move: 'silence', words: null, flags: ['spam'] } : undefined;
}

function emergency(situation: Situation): Decision | undefined {
  const { conversation, reading } = situation;
  const call = sayings.urgentCall(conversation);
  if (reading.intents.has('emergency') || reading.facts.urgency === 'emergency') {
    const asked = conversation.facts.suburb === null && visitsLeads(conversation) ? ('suburb' as const) : null;
    const ask = [`${call} If anyone is in danger call 000.`, call];
    const withQuestion = asked ? [`${ask[0]} ${questionWords.suburb[0]}`] : [];
    return { move: 'emergency', words: { ask: [...withQuestion, ...ask] }, asked, flags: ['urgent'] };
  }
  if (conversation.facts.urgency !== 'emergency') return undefined;
  const question = missing(situation);
  const follow = question === 'suburb' || question === 'job' ? question : undefined;
  if (follow) return { move: `ask-${follow}`, words: { notes: [call], ask: [...questionWords[follow]] }, asked: follow };
  return { move: 'noted', words: { ask: [`Thanks, the team has been alerted. ${call}`, call] } };
}

function trouble({ reading: { intents }, conversation }: Situation): Decision | undefined {
  if (intents.has('complaint')) return { move: 'complaint', words: { ask: [...sayings.complaint] }, flags: ['person'] };
  if (intents.has('person')) return { move: 'person', words: { ask: [...sayings.person(conversation)] }, flags: ['person'] };
  return undefined;
}

/** An answer to offered times: a booking if it takes one that is still free. */
function choice(situation: Situation): Decision | undefined {
  const { conversation, reading, options } = situation;
  const { calendar, offered, booking } = conversation;
  const { timeZone } = calendar;
  if (timeZone === null || offered.length === 0 || booking) return undefined;
  const asksMore = [...reading.intents].some((intent) => intent !== 'thanks' && intent !== 'wrongNumber');
  const chosen = chooseFrom(offered, pendingText(conversation), { now: options.now, timeZone });
  if (chosen === 'declined') return { move: 'ask-time', words: { notes: ['No worries.'], ask: [...questionWords.time] }, asked: 'time' };
  const taken = chosen?.taken ?? options.chosen;
  if (taken === undefined || asksMore || !offered.includes(taken)) return undefined;
  const instead = otherTimes(situation, taken);
  if (!isFree(taken, calendar, options.now)) return instead;
  const words = slotWords(taken, timeZone);
  const ask = conversation.isTrial
    ? [`Trial: this would book ${words}. Nothing was booked.`]
    : [`You're booked for ${words}. See you then! Text us here if anything changes.`];
  const ifTaken = { body: say(instead.words ?? { ask: [] }, conversation), asked: instead.asked ?? null, offered: instead.offered ?? [] };
  return { move: 'book', words: { ask }, booking: spanOf(taken, calendar), ifTaken };
}

/** The time has gone: the next ones, or a person. */
function otherTimes(situation: Situation, gone: string): Decision & { words: Words } {
  const { conversation, options } = situation;
  const { calendar } = conversation;
  const zone = calendar.timeZone ?? 'UTC';
  const others = freeSlots(calendar, options.now).filter(({ startsAt }) => startsAt !== gone);
  const offered = mayOffer(conversation) ? slotsFor(others, { timeZone: zone }).slots : [];
  const notes = [`Sorry, ${slotWords(gone, zone)} has just gone.`];
  if (offered.length === 0) return { move: 'noted', words: { notes, ask: [...sayings.noted] }, flags: ['person'] };
  return { move: 'offer', words: { notes, ask: offerWords(offered, zone) }, asked: 'choice', offered };
}

function farewell({ reading: { intents }, conversation }: Situation): Decision | undefined {
  const { booking, calendar, asked, isFirst } = conversation;
  if (intents.has('wrongNumber')) return { move: 'bye', words: { ask: [...sayings.wrongNumber] } };
  const isBye = intents.has('thanks') && !isFirst && asked === null;
  if (isBye) return { move: 'bye', words: { ask: [...sayings.bye] } };
  if (!booking || !calendar.timeZone) return undefined;
  const booked = `You're booked for ${slotWords(booking.startsAt, calendar.timeZone)}.`;
  if (isAssent(pendingText(conversation))) return { move: 'bye', words: { ask: [`${booked} See you then!`] }, offered: [booking.startsAt] };
  return {
    move: 'noted',
    words: { ask: [`${booked} I've passed your message on to the team.`] },
    offered: [booking.startsAt],
    flags: ['person'],
  };
}

function nextQuestion(situation: Situation): Decision | undefined {
  const question = missing(situation);
  if (!question) return undefined;
  const words = questionWords[question];
  const again = timesAsked(question, situation.conversation) > 0;
  return { move: `ask-${question}`, words: { ask: [words[again ? 1 : 0], words[0]] }, asked: question };
}

/** What is asked twice without an answer is not asked again. */
function missing({ conversation }: Situation): 'suburb' | 'job' | 'urgency' | undefined {
  const { facts, calendar } = conversation;
  const visits = visitsLeads(conversation);
  const open = [
    visits && facts.suburb === null ? ('suburb' as const) : undefined,
    facts.job === null ? ('job' as const) : undefined,
    visits && facts.urgency === null && facts.preferredTime === null && calendar.workingHours ? ('urgency' as const) : undefined,
  ];
  return open.find((question) => question !== undefined && timesAsked(question, conversation) < 2);
}

/** A business without travel has its leads come in: a salon, a workshop. */
function visitsLeads({ calendar }: Pick<Conversation, 'calendar'>): boolean {
  return calendar.travelBuffer > 0;
}

/** A business that wants no times named is told what would suit the lead. */
function mayOffer({ topics }: Pick<Conversation, 'topics'>): boolean {
  return topics.includes('booking-times');
}

const askTime: Decision = { move: 'ask-time', words: { ask: [...questionWords.time] }, asked: 'time' };

function offer({ conversation, reading, options }: Situation): Decision {
  const { calendar, facts, asked } = conversation;
  const { timeZone } = calendar;
  const handOver: Decision = { move: 'noted', words: { ask: [...sayings.noted] }, flags: ['person'] };
  const isAnswerless = asked === 'time' && reading.facts.preferredTime === null;
  if (!mayOffer(conversation)) return facts.preferredTime || isAnswerless ? handOver : askTime;
  if (timeZone === null || isAnswerless || timesAsked('choice', conversation) >= 4) return handOver;
  const { slots: offered, isExact } = slotsFor(freeSlots(calendar, options.now), { timeZone, facts, now: options.now });
  if (offered.length === 0) return handOver;
  const notes = isExact ? [] : [sayings.nothingThen];
  return { move: 'offer', words: { notes, ask: offerWords(offered, timeZone) }, asked: 'choice', offered };
}

/** What leads ask beside the matter, with the answer to it. */
const matters = [
  ['hours', sayings.hours],
  ['price', sayings.price],
  ['payment', sayings.payment],
  ['area', sayings.area],
  ['services', sayings.services],
] as const;

/** Answers to what the lead asked beside the matter. */
function notesFor(conversation: Conversation, { intents, facts }: Reading): string[] {
  const isSpecial = intents.has('emergency') || intents.has('complaint') || intents.has('person');
  const isNewLanguage = facts.language !== null && conversation.facts.language === null;
  const notes = [
    intents.has('bot') ? sayings.bot : '',
    isNewLanguage ? sayings.language : '',
    ...(isSpecial ? [] : matters.map(([intent, answer]) => (intents.has(intent) ? answer(conversation) : ''))),
    (conversation.thread.at(-1)?.mediaCount ?? 0) > 0 && !isSpecial ? sayings.photo : '',
  ];
  return notes.filter(Boolean);
}
