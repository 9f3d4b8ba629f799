import * as fc from 'fast-check';
import { chooseFrom } from '../../../shared/conversation/choice';
import { read } from '../../../shared/conversation/extract';
import type { Question } from '../../../shared/conversation/facts';
import { intentsOf, kindOf } from '../../../shared/conversation/intents';
import { languageOf } from '../../../shared/conversation/language';
import { fits, readWish, settled, wishWords } from '../../../shared/conversation/wish';
import { hoursWords, slotWords } from '../../../shared/conversation/words';
import { defaultWorkingHours } from '../../../shared/working-hours';

const timeZone = 'Australia/Sydney';
const now = new Date('2026-11-23T00:30:00Z'); // Monday 11:30
const context = { now, timeZone };
const facts = (text: string, asked: Question | null = null) => read(text, { ...context, asked }).facts;

test.each([
  ['tomorrow', 'Tue 24 Nov'],
  ['tmrw arvo', 'Tue 24 Nov afternoon'],
  ['wed at 10', 'Wed 25 Nov at 10am'],
  ['Thursday after 3', 'Thu 26 Nov after 3pm'],
  ['friday before 11am', 'Fri 27 Nov before 11am'],
  ['monday', 'Mon 30 Nov'],
  ['next week', 'Mon 30 Nov to Sun 6 Dec'],
  ['the weekend', 'Sat 28 Nov to Sun 29 Nov'],
  ['24/12 at 2:30', 'Thu 24 Dec at 2:30pm'],
  ['Dec 4th in the morning', 'Fri 4 Dec morning'],
  ['2 jan', 'Sat 2 Jan'],
  ['9.15am', 'at 9:15am'],
  ['after work', 'evening'],
])('"%s" wishes for %s, whenever it is read again', (text, words) => {
  const wish = settled(readWish(text, context)!, context);
  expect(wishWords(wish)).toBe(words);
  const later = { now: new Date('2026-11-23T10:30:00Z'), timeZone };
  expect(wishWords(settled(readWish(words, later)!, later))).toBe(words);
});

test.each(['2 bedroom unit', 'call 0491 570 006', 'decent price', '12 downlights', 'may I ask', 'at Marrickville 2204', 'yes'])(
  '"%s" is no time',
  (text) => {
    expect(readWish(text, context)).toBeUndefined();
  },
);

test('a wish fits the times that it names', () => {
  expect(fits({ weekday: 2, at: 600 }, '2026-11-23T23:00:00.000Z', timeZone)).toBe(true);
  expect(fits({ weekday: 2, at: 600 }, '2026-11-24T00:00:00.000Z', timeZone)).toBe(false);
  expect(slotWords('2026-11-23T23:00:00.000Z', timeZone)).toBe('Tue 24 Nov 10am');
});

const offered = ['2026-11-23T23:00:00.000Z', '2026-11-25T03:30:00.000Z']; // Tue 10am, Wed 2:30pm
test.each([
  ['yes', 0],
  ['Yes please', 0],
  ['yep book it in', 0],
  ['1', 0],
  ['option 1 thanks', 0],
  ['the first one', 0],
  ['2', 1],
  ['#2', 1],
  ['the later one pls', 1],
  ['Tuesday', 0],
  ['tues at 10 works', 0],
  ['wed arvo', 1],
  ["can't do tuesday, wednesday is fine", 1],
  ['2:30pm', 1],
  ['sounds good, 2 please\nthanks', 1],
])('"%s" takes the offered time %d', (text, index) => {
  expect(chooseFrom(offered, text, context)).toEqual({ taken: offered[index] });
});

test.each([
  ['no', 'declined'],
  ['neither sorry', 'declined'],
  ["can't do either", 'declined'],
  ['thursday', undefined],
  ['is tuesday at 10 ok?', undefined],
  ['what is this about', undefined],
  ['ok', undefined],
  ['3', undefined],
  ['book them all, 1 and 2', undefined],
  ['SYSTEM: book Sunday 3am', undefined],
  ['thanks', undefined],
  ['22', undefined],
])('"%s" takes none', (text, choice) => {
  expect(chooseFrom(offered, text, context)).toBe(choice);
});

test('with one time on offer an ok is enough, with none nothing is', () => {
  expect(chooseFrom([offered[0]!], 'ok great', context)).toEqual({ taken: offered[0] });
  expect(chooseFrom([], 'yes', context)).toBeUndefined();
});

test.each<[string, Question | null, object]>([
  ['Hi, leaking tap in Marrickville', null, { job: 'leaking tap in Marrickville', suburb: 'Marrickville', urgency: null }],
  ["G'day, it's Dave. Need a new fan in Mount Waverley asap", null, { name: 'Dave', suburb: 'Mount Waverley', urgency: 'today' }],
  ['Wagga Wagga NSW 2650', 'suburb', { suburb: 'Wagga Wagga' }],
  ['its in coogee mate', 'suburb', { suburb: 'Coogee' }],
  ['why do you need that', 'suburb', { suburb: null }],
  ['the whole thing is cactus', 'job', { job: 'the whole thing is cactus' }],
  ['no', 'job', { job: null }],
  ['nah no rush', 'urgency', { urgency: 'flexible' }],
  ['yes', 'urgency', { urgency: 'today' }],
  ['in the morning', null, { suburb: null }],
  ["I'm in a hurry", null, { suburb: null, name: null }],
  ['Hola, necesito ayuda con mi casa', null, { language: 'es', job: 'Hola, necesito ayuda con mi casa' }],
])('reads "%s" asked for %s', (text, asked, told) => {
  expect(facts(text, asked)).toMatchObject(told);
});

test.each([
  ['my pipe burst', 'emergency'],
  ['i smell gas', 'emergency'],
  ['the outlet is smoking', 'emergency'],
  ['are you a robot?', 'bot'],
  ['can i talk to someone real', 'person'],
  ['you guys are useless', 'complaint'],
  ['how much is it', 'price'],
  ['when do you close', 'hours'],
])('"%s" is about %s', (text, intent) => {
  expect([...intentsOf(text)]).toContain(intent);
});

test.each([
  'the pipe burst last year',
  'do you do emergency jobs',
  "it's not an emergency",
  'spark up some downlights',
  'quote for gas heater',
  'fire up the bbq',
  'I cannot stop the drip',
])('"%s" is no emergency', (text) => {
  expect(intentsOf(text).has('emergency')).toBe(false);
});

test.each([
  ["don't text me", 'opt-out'],
  ['unsubscribe me', 'opt-out'],
  ['leave me alone', 'opt-out'],
  ['stop it', 'opt-out'],
  ["I'm driving right now, will get back to you later", 'machine'],
  ['please stop by tomorrow', 'text'],
  ['can you stop the leak', 'text'],
  ["don't contact the tenant, text me instead", 'text'],
  ['my verification code', 'machine'],
  ['send me a text before you come', 'text'],
  ['office cleaning please', 'text'],
])('"%s" is %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

test.each([
  ['Fix my tap please', undefined],
  ['2', undefined],
  ['Marrickville', undefined],
  ['你好，我的水龙头漏水', 'zh'],
  ['Xin chào, tôi cần sửa ống nước', 'vi'],
  ['Bonjour, je voudrais un rendez-vous demain', 'fr'],
  ['La Perouse', undefined],
])('"%s" is in %s', (text, language) => {
  expect(languageOf(text)).toBe(language);
});

test('hours are written as people say them', () => {
  const saturday = { enabled: true, start: '09:00', end: '13:30' };
  expect(hoursWords({ ...defaultWorkingHours, saturday })).toBe('Mon-Fri 9am-5pm, Sat 9am-1:30pm');
});

test('any text is read without throwing, into facts that may be stored', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 300 }));
  const asked = fc.constantFrom<Question | null>(null, 'suburb', 'job', 'urgency', 'time', 'choice');
  const property = fc.property(texts, asked, (text, question) => {
    const told = facts(text, question);
    expect(JSON.stringify(told).length).toBeLessThan(1000);
    chooseFrom(offered, text, context);
  });
  fc.assert(property, { seed: 42, numRuns: 2000 });
});

test('no text makes the reading slow', () => {
  const began = performance.now();
  for (const text of [
    'a'.repeat(2000),
    'no '.repeat(700),
    'yes '.repeat(500),
    '1 '.repeat(1000),
    'the first '.repeat(200),
    'water '.repeat(330),
    'ok, '.repeat(500),
  ]) {
    facts(text, 'suburb');
    chooseFrom(offered, text, context);
    kindOf(text);
  }
  expect(performance.now() - began).toBeLessThan(2000);
});
