import * as fc from 'fast-check';
import { freeSlots, isFree } from '../../shared/conversation/calendar';
import { type Calendar, type Conversation, questions, tones, topics, urgencies } from '../../shared/conversation/facts';
import { ownSentences } from '../../shared/conversation/own-words';
import { gsm7Length, toGsm7 } from '../../shared/gsm7';
import { engineReply } from '../../shared/reply';
import { checkReply, type Violation } from '../../shared/reply-checks';
import { defaultWorkingHours } from '../../shared/working-hours';

const now = new Date('2026-11-23T00:30:00Z');
const leadTexts = [
  'hi',
  'yes',
  '2',
  'no',
  'thanks',
  'leaking tap in Bondi',
  'tomorrow arvo',
  'are you a bot?',
  'how much?',
  'are you open sunday?',
  'water everywhere!! pipe burst',
  'you are useless, refund',
  'call me',
  'wrong number',
  'Hola, necesito ayuda en mi casa',
  'wed 9am',
  'asap',
  'do you take cash?',
  'do you service Kew?',
  'what do you do?',
];
const ownWords = [
  'The fee is $90. We take card and cash. We cover Kew. Closed at 9pm on Sundays.',
  'Reply STOP? Call 0499 999 999 to pay the fee!',
];
const businessName = 'Bright Sparks';
const cases: [string, string, boolean, Violation[]][] = [
  ['a fit first reply', 'Hi, Bright Sparks here. Which suburb? Reply STOP to opt out', true, []],
  ['a fit later reply', 'Thanks! When?', false, []],
  ['nothing', ' ', false, ['empty']],
  ['161 places', 'x'.repeat(161), false, ['too long']],
  ['160 places', 'x'.repeat(160), false, []],
  ['81 euros signs, which take two places each', '€'.repeat(81), false, ['too long']],
  ['an emoji', 'Great 🎉', false, ['not GSM-7']],
  ['a smart quote', 'It’s us', false, ['not GSM-7']],
  ['two questions', 'Where? When?', false, ['more than one question']],
  ['dollars', 'That is $ 80', false, ['price']],
  ['dollars in words', 'about 80 dollars', false, ['price']],
  ['an hourly rate', '90 per hour', false, ['price']],
  ['a time is no price', 'We are there at 9, 2 people', false, []],
  ['how to opt out once more', 'When? Reply STOP to opt out', false, ['STOP again']],
  ['a promise', 'We guarantee it', false, ['promise']],
  ['a link', 'See sparks.com.au', false, ['link']],
  ['no name, no STOP', 'Hi', true, ['no business name', 'no STOP']],
];
test.each(cases)('%s', (...[, text, isFirst, violations]) => {
  expect(checkReply(text, { businessName, isFirst })).toEqual(violations);
});

const strict = {
  businessName,
  isFirst: false,
  phone: '+61480000001',
  workingHours: defaultWorkingHours,
  times: { offered: ['2026-11-23T23:00:00.000Z'], timeZone: 'Australia/Sydney' },
  isBooked: false,
};
test.each<[string, Violation[]]>([
  ['We have Tue 24 Nov 10am. Reply YES', []],
  ['We have Tue, 24 Nov 10am. Reply YES', []],
  ['We have Wed 25 Nov 10am. Reply YES', ['invented time']],
  ['How about 14:30?', ['invented time']],
  ['Our hours: Mon-Fri 9am-5pm.', []],
  ['We are open 8am-5pm', ['wrong hours']],
  ['Call 0480 000 001', []],
  ['Call +61 480 000 001', []],
  ['Call 000 now', []],
  ['Call 0480 000 002', ['foreign number']],
  ["You're booked for Tue 24 Nov 10am", ['invented booking']],
])('"%s" breaks %j', (text, violations) => {
  expect(checkReply(text, strict)).toEqual(violations);
});

test('a name with a question mark and a price is neither', () => {
  const name = "What's Up? $20 Lawns";
  expect(checkReply(`This is ${name}. Which suburb? Reply STOP to opt out`, { businessName: name, isFirst: true })).toEqual([]);
});

test('writes typographic text in letters that every phone has', () => {
  expect(toGsm7('It’s “Zoë’s” – café…\u0007\n👋 ok')).toBe(`It's "Zoe's" - café... ok`);
});

const anyConversation: fc.Arbitrary<Conversation> = fc
  .record({
    businessName: fc.oneof(
      fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
      fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }),
    ),
    texts: fc.array(fc.oneof(fc.constantFrom(...leadTexts), fc.string({ maxLength: 60, unit: 'grapheme' })), {
      minLength: 1,
      maxLength: 4,
    }),
    replies: fc.nat(3),
    asked: fc.constantFrom(null, ...questions),
    offers: fc.nat(2),
    hasBooking: fc.boolean(),
    facts: fc.record({
      name: fc.constantFrom(null, 'Jo'),
      suburb: fc.constantFrom(null, 'Kew'),
      job: fc.constantFrom(null, 'fix a tap'),
      urgency: fc.constantFrom(null, ...urgencies),
      preferredTime: fc.constantFrom(null, 'Wed 25 Nov morning', 'evening', 'Sun 29 Nov'),
      language: fc.constantFrom(null, 'es'),
    }),
    travelBuffer: fc.constantFrom(0, 30),
    phone: fc.constantFrom(null, '+61480000001'),
    workingHours: fc.constantFrom(null, defaultWorkingHours),
    isTrial: fc.boolean(),
    tone: fc.constantFrom(...tones),
    topics: fc.subarray([...topics]),
    ownWords: fc.oneof(fc.constantFrom('', ...ownWords), fc.string({ maxLength: 80, unit: 'binary' })),
    services: fc.constantFrom('', 'Taps', 'Drains from $99!', 'See www.taps.com?', 'x'.repeat(1000)),
  })
  .map(({ texts, replies, offers, hasBooking, travelBuffer, workingHours, ...rest }) => {
    const calendar: Calendar = { workingHours, timeZone: 'Australia/Sydney', travelBuffer, jobDuration: 60, busy: [] };
    const times = freeSlots(calendar, now);
    const said = Array.from({ length: replies }, () => ({ from: 'business' as const, body: 'Which suburb are you in?' }));
    return {
      ...rest,
      calendar,
      isFirst: replies === 0,
      offered: times.slice(0, replies === 0 ? 0 : offers).map(({ startsAt }) => startsAt),
      booking: hasBooking ? (times[5] ?? null) : null,
      thread: [...said, ...texts.map((body) => ({ from: 'lead' as const, body }))],
    };
  });

test('the engine says nothing unfit, whatever the business is called, whatever is known and whatever the lead writes', () => {
  const property = fc.property(anyConversation, (conversation) => {
    const { reply, offered, booking } = engineReply(conversation, now);
    if (reply === null) return;
    const times = { offered: [...offered, ...(booking ? [booking.startsAt] : [])], timeZone: 'Australia/Sydney' };
    const { workingHours } = conversation.calendar;
    const isBooked = booking !== undefined || conversation.booking !== null;
    const quotable = ownSentences(conversation);
    expect([reply, checkReply(reply, { ...conversation, workingHours, times, isBooked, quotable })]).toEqual([reply, []]);
  });
  fc.assert(property, { seed: 42, numRuns: 1000 });
});

test('the engine books only what was offered and is free, and never a second time', () => {
  const property = fc.property(anyConversation, (conversation) => {
    const { booking } = engineReply(conversation, now);
    if (booking === undefined) return;
    expect(conversation.booking).toBeNull();
    expect(conversation.offered).toContain(booking.startsAt);
    expect(isFree(booking.startsAt, conversation.calendar, now)).toBe(true);
  });
  fc.assert(property, { seed: 43, numRuns: 1000 });
});

test('whatever is written in GSM-7 can be measured', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => expect(gsm7Length(toGsm7(text))).toBeDefined());
  fc.assert(property, { seed: 42, numRuns: 1000 });
});
