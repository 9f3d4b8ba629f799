import {
  type Announcement,
  type Conversation,
  type LeadFacts,
  noFacts,
  type Question,
  type Span,
  type ThreadMessage,
  topics,
} from '../../shared/conversation/facts';
import type { ClosedReason, Conversations, Received, Recorded, Turn } from '../../shared/ports/conversations';
import { defaultWorkingHours, type WorkingHours } from '../../shared/working-hours';
import { type Script, scripted } from './script';

export interface FakeBusiness {
  businessId: string;
  businessName: string;
  services: string;
  /** Our number, E.164. */
  number: string;
  /** Nonces of the end-to-end test of this number. */
  testNonces?: string[];
  ownerMobile?: string;
  tone?: Conversation['tone'];
  topics?: Conversation['topics'];
  ownWords?: string;
  workingHours?: WorkingHours | null;
  timeZone?: string;
  travelBuffer?: number;
  jobDuration?: number;
  bookings?: Span[];
  closed?: ClosedReason;
  isPaused?: boolean;
}
interface Message {
  messageSid: string;
  businessId: string;
  from: string;
  body: string;
  mediaCount: number;
  isTest: boolean;
  wantsAnswer: boolean;
  isHandled: boolean;
  reply: string | undefined;
  /** A test says so; the port LateMessages does. */
  isKnownToBeOut: boolean;
}
interface Lead {
  facts: LeadFacts;
  asked: Question | null;
  offered: string[];
  flags: Set<string>;
  announced: Set<Announcement>;
  booking: (Span & { title: string; sid: string }) | null;
  isTrial: boolean;
  isTakenOver: boolean;
}
interface Options extends Script<Conversations> {
  businesses?: FakeBusiness[];
  /** Our own numbers: they write to each other only to test. */
  ownNumbers?: string[];
}

const stopWords = /^\s*["']?(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)[.!,"']*\s*$/i;
const startWords = /^\s*(start|unstop)[.!,]*\s*$/i;
const helpWords = /^\s*(help|info)[.!,]*\s*$/i;
const yesWord = /^\s*yes[.!,]*\s*$/i;

const of = (message: { businessId: string; from: string }) => `${message.businessId}/${message.from}`;

/** `leads`, `messages` and the leads' bookings in memory. A lead is known by its number within a business. */
export function fakeConversations({ businesses = [], ownNumbers = [], ...script }: Options = {}) {
  const messages: Message[] = [];
  const optedOut = new Set<string>();
  const consent: { lead: string; kind: 'inferred' | 'opted-out' | 'opted-in'; messageSid: string }[] = [];
  const leads = new Map<string, Lead>();

  function leadOf(key: string, isTrial: boolean): Lead {
    const lead = leads.get(key) ?? {
      facts: noFacts,
      asked: null,
      offered: [],
      flags: new Set(),
      announced: new Set(),
      booking: null,
      isTrial,
      isTakenOver: false,
    };
    leads.set(key, lead);
    return lead;
  }

  /** True if nothing may be answered. */
  function heedConsent(key: string, { messageSid, body }: { messageSid: string; body: string }, kind: string): boolean {
    const wasOut = optedOut.has(key);
    if (!consent.some(({ lead }) => lead === key)) consent.push({ lead: key, kind: 'inferred', messageSid });
    if (stopWords.test(body) || kind === 'opt-out') {
      optedOut.add(key);
      consent.push({ lead: key, kind: 'opted-out', messageSid });
      return true;
    }
    if (startWords.test(body) || (wasOut && yesWord.test(body))) {
      if (wasOut) consent.push({ lead: key, kind: 'opted-in', messageSid });
      optedOut.delete(key);
      return true;
    }
    return wasOut || helpWords.test(body) || kind === 'machine';
  }

  function threadOf(key: string, upTo: Message): ThreadMessage[] {
    const earlier = messages.slice(0, messages.indexOf(upTo) + 1).filter((message) => of(message) === key);
    return earlier.flatMap(({ body, mediaCount, reply }) => [
      { from: 'lead' as const, body, mediaCount },
      ...(reply === undefined ? [] : [{ from: 'business' as const, body: reply }]),
    ]);
  }

  const newer = (message: Message) =>
    messages.slice(messages.indexOf(message) + 1).some((other) => of(other) === of(message) && other.wantsAnswer);

  const port: Conversations = {
    async receive({ messageSid, from, to, body, mediaCount, kind = 'text' }): Promise<Received> {
      const business = businesses.find(({ number }) => number === to);
      if (!business) return { outcome: 'unknown-number' };
      const { businessId, businessName, services, testNonces = [], bookings = [] } = business;
      const isTest = testNonces.some((nonce) => body.includes(nonce));
      if (ownNumbers.includes(from) && !isTest) return { outcome: 'silent' };
      const key = `${businessId}/${from}`;
      const lead = leadOf(key, from === business.ownerMobile);
      const silent = (isByHand: boolean): Received => ({
        outcome: 'silent',
        ...(!isTest && !lead.isTrial && { quiet: { businessId, leadId: key, isByHand, announced: [...lead.announced] } }),
      });
      let message = messages.find((known) => known.messageSid === messageSid);
      if (message) {
        if (message.isHandled || !message.wantsAnswer || optedOut.has(key))
          return { outcome: 'silent', isUnsent: message.reply !== undefined && !message.isKnownToBeOut };
      } else {
        const isYesToStart = optedOut.has(key) && yesWord.test(body);
        const wantsAnswer = kind === 'text' && ![stopWords, startWords, helpWords].some((words) => words.test(body)) && !isYesToStart;
        message = {
          messageSid,
          businessId,
          from,
          body,
          mediaCount,
          isTest,
          wantsAnswer,
          isHandled: false,
          reply: undefined,
          isKnownToBeOut: false,
        };
        messages.push(message);
        if (heedConsent(key, message, kind)) return { outcome: 'silent' };
      }
      if (business.closed) return { outcome: 'closed', reason: business.closed };
      if (lead.isTakenOver || business.isPaused) return silent(true);
      if (newer(message)) return silent(false);
      const thread = threadOf(key, message);
      const busy = [
        ...bookings,
        ...[...leads.entries()].flatMap(([id, { booking }]) => (booking && id.startsWith(businessId) ? [booking] : [])),
      ];
      const { workingHours = defaultWorkingHours, timeZone = 'Australia/Sydney', travelBuffer = 30, jobDuration = 60 } = business;
      return {
        outcome: 'reply',
        businessId,
        businessName,
        services,
        phone: to,
        tone: business.tone ?? 'friendly',
        topics: business.topics ?? topics,
        ownWords: business.ownWords ?? '',
        leadId: key,
        isTest,
        isTrial: lead.isTrial,
        isFirst: thread.every(({ from: side }) => side === 'lead'),
        facts: lead.facts,
        asked: lead.asked,
        offered: lead.offered,
        booking: lead.booking,
        announced: [...lead.announced],
        calendar: { workingHours, timeZone, travelBuffer, jobDuration, busy },
        thread: thread.slice(-20),
      };
    },

    async recordReply(turn: Turn): Promise<Recorded> {
      const message = messages.find(({ messageSid }) => messageSid === turn.inReplyTo);
      if (!message) throw new Error('no message to reply to');
      const key = of(message);
      const lead = leadOf(key, false);
      for (const kind of turn.announced ?? []) lead.announced.add(kind).add('new');
      const business = businesses.find(({ businessId }) => businessId === message.businessId);
      if (message.isHandled) return { outcome: 'repeated' };
      if (optedOut.has(key)) return { outcome: 'opted-out' };
      if (lead.isTakenOver || business?.isPaused) return { outcome: 'taken-over' };
      if (newer(message)) return { outcome: 'superseded' };
      const { booking } = turn;
      let isBooked = false;
      let said: Pick<Turn, 'body' | 'asked' | 'offered'> = turn;
      if (booking && !lead.isTrial && !message.isTest) {
        const busy = [...(business?.bookings ?? []), ...[...leads.values()].flatMap((other) => other.booking ?? [])];
        isBooked = !lead.booking && !busy.some((other) => other.startsAt < booking.endsAt && other.endsAt > booking.startsAt);
        if (isBooked) lead.booking = { startsAt: booking.startsAt, endsAt: booking.endsAt, title: booking.title, sid: turn.inReplyTo };
        else said = booking.ifTaken;
      }
      for (const known of messages.slice(0, messages.indexOf(message) + 1)) if (of(known) === key) known.isHandled = true;
      for (const flag of turn.flags ?? []) lead.flags.add(flag);
      const told = Object.entries(turn.facts ?? {}).filter(([, value]) => value !== null);
      lead.facts = { ...lead.facts, ...Object.fromEntries(told) };
      lead.asked = said.asked ?? null;
      lead.offered = said.offered ?? [];
      if (said.body !== null) message.reply = said.body;
      return { outcome: 'recorded', body: said.body, isBooked };
    },

    async recordAnnounced({ leadId, kinds }) {
      for (const kind of kinds) leadOf(leadId, false).announced.add(kind).add('new');
    },
    unannounced: async () => [],
  };
  return { ...scripted(port, script), messages, optedOut, consent, leads };
}
