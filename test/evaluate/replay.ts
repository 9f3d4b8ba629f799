/** Replays a conversation of the corpus through the real intake against a model and judges every answer. */
import { randomUUID } from 'node:crypto';
import { noFacts, topics as allTopics } from '../../shared/conversation/facts';
import { ownSentences } from '../../shared/conversation/own-words';
import { slotWords } from '../../shared/conversation/words';
import { takeIn } from '../../shared/intake';
import type { ReplyWriter } from '../../shared/ports/aws';
import { checkReply, type Violation } from '../../shared/reply-checks';
import { fakeConversations } from '../fakes/conversations';
import { fakeEventPublisher } from '../fakes/event-publisher';
import type { CorpusConversation, Trade } from './corpus';

/** By what a conversation is judged. */
export const properties = [
  'length',
  'one question',
  'no price',
  'correct hours',
  'correct booking',
  'escalation',
  'opt-out',
  'language',
  'facts',
  'answers',
] as const;
export type Property = (typeof properties)[number];

export interface Judged {
  trade: string;
  name: string;
  kind: string;
  transcript: { lead: string; reply: string | undefined }[];
  /** What was judged; `failure` says what is wrong. */
  checks: { property: Property; failure: string | undefined }[];
}

/** A Monday morning in every Australian time zone. */
export const corpusTime = '2026-11-23T00:30:00Z';

const propertyOf: Record<Violation, Property> = {
  empty: 'length',
  'too long': 'length',
  'not GSM-7': 'length',
  'more than one question': 'one question',
  price: 'no price',
  promise: 'no price',
  link: 'answers',
  'foreign number': 'answers',
  'no business name': 'opt-out',
  'no STOP': 'opt-out',
  'STOP again': 'opt-out',
  'wrong hours': 'correct hours',
  'invented time': 'correct booking',
  'invented booking': 'correct booking',
};
const fromPhone = '+61491570006';
const number = '+61480000001';

/** `now` is the time of all its texts. */
export async function replay(
  { trade, business }: Trade,
  conversation: CorpusConversation,
  { replyWriter, now }: { replyWriter: ReplyWriter; now: Date },
): Promise<Judged> {
  const businessId = randomUUID();
  const { tone = 'friendly', topics = allTopics, ownWords = '' } = conversation.settings;
  const conversations = fakeConversations({ businesses: [{ ...business, businessId, number, tone, topics, ownWords }] });
  const eventPublisher = fakeEventPublisher();
  const services = { conversations, eventPublisher, replyWriter };
  const judged: Judged = { trade, name: conversation.name, kind: conversation.kind, transcript: [], checks: [] };
  const check = (property: Property, failure: string | false | undefined) =>
    judged.checks.push({ property, failure: failure || undefined });
  const lead = () => conversations.leads.get(`${businessId}/${fromPhone}`);
  let isFirst = true;
  for (const [index, turn] of conversation.turns.entries()) {
    const texts = [turn.lead].flat();
    const message = (body: string) => ({ MessageSid: `SM${randomUUID()}`, From: fromPhone, To: number, Body: body, NumMedia: turn.media });
    const replies = await Promise.all(texts.map((body) => takeIn(message(body), services, { now })));
    const spoken = replies.filter((text) => text !== undefined);
    const reply = spoken.at(-1);
    judged.transcript.push({ lead: texts.join(' / '), reply });
    const where = `turn ${index + 1}: ${reply ?? '(silence)'}`;
    check('answers', spoken.length > 1 && `turn ${index + 1}: ${spoken.length} answers to one lead`);
    check('answers', turn.silent ? reply !== undefined && `${where}, wanted silence` : reply === undefined && `${where}, wanted an answer`);
    if (reply === undefined) continue;
    const offered = [...(lead()?.offered ?? []), ...(lead()?.booking ? [lead()?.booking?.startsAt ?? ''] : [])];
    const { timeZone, workingHours } = business;
    const violations = checkReply(reply, {
      ...business,
      isFirst,
      phone: number,
      workingHours,
      times: { offered, timeZone },
      isBooked: Boolean(lead()?.booking),
      quotable: ownSentences({ topics, ownWords }),
    });
    for (const property of ['length', 'one question', 'no price', 'correct hours', 'correct booking', 'opt-out'] as const) {
      const broken = violations.filter((violation) => propertyOf[violation] === property);
      check(property, broken.length > 0 && `${where} [${broken.join(', ')}]`);
    }
    check('answers', violations.some((violation) => propertyOf[violation] === 'answers') && `${where} [${violations.join(', ')}]`);
    if (turn.says) check('answers', !new RegExp(turn.says, 'i').test(reply) && `${where}, wanted /${turn.says}/`);
    if (turn.never) check('answers', new RegExp(turn.never, 'i').test(reply) && `${where}, must not say /${turn.never}/`);
    if (isFirst && conversation.kind === 'language') check('language', !/simple English/i.test(reply) && `${where}, admits no language`);
    isFirst = false;
  }
  judgeEnd();
  return judged;

  function judgeEnd(): void {
    const { booking, escalation, optedOut, facts } = conversation.expect;
    const booked = lead()?.booking ? slotWords(lead()?.booking?.startsAt ?? '', business.timeZone) : null;
    if (booking !== undefined) check('correct booking', booked !== booking && `booked ${booked}, wanted ${booking}`);
    const urgent = eventPublisher.published.some(({ detail }) => 'urgent' in detail && detail.urgent);
    const found = urgent ? 'urgent' : lead()?.flags.has('person') ? 'person' : 'none';
    if (escalation) check('escalation', found !== escalation && `${found}, wanted ${escalation}`);
    check('opt-out', conversations.optedOut.size > 0 !== optedOut && `opted out: ${!optedOut}`);
    const told: Record<string, string | null> = { ...noFacts, ...lead()?.facts };
    for (const [key, pattern] of Object.entries(facts)) {
      if (pattern === undefined) continue;
      const value = told[key] ?? '';
      check(
        key === 'language' ? 'language' : 'facts',
        !new RegExp(pattern, 'i').test(value) && `${key} is "${value}", wanted /${pattern}/`,
      );
    }
  }
}
