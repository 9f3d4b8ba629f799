/** When a lead would like it: days and times of day as Australians text them. Pure. */
import { DateTime } from 'luxon';
import { remembering } from './remember';
import { clockWords } from './words';

/** `dates`: inclusive, YYYY-MM-DD; `weekday`: 1 is Monday; minutes since midnight. `at` is a time, `from` and `to` a part of the day. */
export interface Wish {
  dates?: { first: string; last: string };
  weekday?: number;
  at?: number;
  from?: number;
  to?: number;
}

export interface WishContext {
  now: Date;
  timeZone: string;
}

const dayNames = [
  /\bmon(?:days?)?\b/,
  /\btue(?:s(?:days?)?)?\b/,
  /\bwed(?:s|nesdays?|nsdays?|snesdays?)?\b/,
  /\bthu(?:rs?(?:days?)?)?\b/,
  /\bfri(?:days?)?\b/,
  /\bsat(?:urdays?|dy|\b)/,
  /\bsun(?:days?)?\b/,
];
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthWord = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?';

const parts: [RegExp, { from: number; to: number }][] = [
  [/\b(?:mornings?|morn|am only|before lunch|first thing|early)\b/, { from: 0, to: 12 * 60 }],
  [/\b(?:arvos?|afternoons?|after lunch|this aft)\b/, { from: 12 * 60, to: 17 * 60 }],
  [/\b(?:evenings?|tonight|after work|after hours)\b/, { from: 17 * 60, to: 24 * 60 }],
  [/\b(?:lunch(?: ?time)?|midday|noon)\b/, { from: 11 * 60 + 30, to: 14 * 60 }],
];

/** Undefined if the text names no day and no time. */
export function readWish(text: string, context: WishContext): Wish | undefined {
  const words = text.toLowerCase();
  const wish: Wish = { ...dayOf(words, context), ...timeOf(words) };
  return Object.keys(wish).length > 0 ? wish : undefined;
}

/** A bare weekday is the next one, not today: what is kept must mean the same next week. */
export function settled(wish: Wish, { now, timeZone }: WishContext): Wish {
  if (wish.weekday === undefined || wish.dates) return wish;
  const tomorrow = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day').plus({ days: 1 });
  const day = tomorrow.plus({ days: (wish.weekday - tomorrow.weekday + 7) % 7 }).toISODate() ?? '';
  return { ...wish, dates: { first: day, last: day } };
}

function dayOf(words: string, { now, timeZone }: WishContext): Pick<Wish, 'dates' | 'weekday'> {
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  const date = dateOf(words, today);
  if (date) return days(date, dateOf(words.split(' to ')[1] ?? '', date) ?? date);
  if (/\b(?:tomorrow|tomoz|tomorow|tommorow|tommorrow|tmrw|tmr|2moro|tomoro)\b/.test(words)) return days(today.plus({ days: 1 }));
  const weekday = dayNames.findIndex((name) => name.test(words)) + 1;
  if (weekday > 0) return /\bnext\s+\w+day/.test(words) ? { weekday, ...days(...nextWeek(today)) } : { weekday };
  if (/\b(?:today|tonight|this (?:morning|arvo|afternoon|aft)|right now)\b/.test(words)) return days(today);
  if (/\bnext week\b/.test(words)) return days(...nextWeek(today));
  if (/\b(?:this week|week days?|weekdays?)\b/.test(words)) return days(today, today.endOf('week').startOf('day'));
  if (/\bweekends?\b/.test(words)) return days(today.startOf('week').plus({ days: 5 }), today.startOf('week').plus({ days: 6 }));
  return {};
}

function days(first: DateTime, last = first): { dates: { first: string; last: string } } {
  return { dates: { first: first.toISODate() ?? '', last: last.toISODate() ?? '' } };
}

function nextWeek(today: DateTime): [DateTime, DateTime] {
  const monday = today.startOf('week').plus({ weeks: 1 });
  return [monday, monday.plus({ days: 6 })];
}

/** `24 Nov`, `Nov 24th`, `24/11`: this year's, or next year's if it is over. */
function dateOf(words: string, today: DateTime): DateTime | undefined {
  const [, dayFirst, monthAfter] = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${monthWord}\\b`).exec(words) ?? [];
  const [, monthFirst, dayAfter] = new RegExp(`\\b${monthWord} (\\d{1,2})(?:st|nd|rd|th)?\\b`).exec(words) ?? [];
  const [, slashDay, slashMonth] = /\b(\d{1,2})\/(\d{1,2})(?:\/\d{2,4})?\b/.exec(words) ?? [];
  const day = Number(dayFirst ?? dayAfter ?? slashDay);
  const name = monthAfter ?? monthFirst;
  const month = name ? monthNames.indexOf(name) + 1 : Number(slashMonth);
  if (!(day > 0 && month > 0)) return undefined;
  const date = DateTime.fromObject({ year: today.year, month, day }, { zone: today.zone });
  if (!date.isValid) return undefined;
  return date < today ? date.plus({ years: 1 }) : date;
}

function timeOf(words: string): Pick<Wish, 'at' | 'from' | 'to'> {
  const part = parts.find(([name]) => name.test(words))?.[1];
  const isAfternoon = part !== undefined && part.from >= 12 * 60;
  const bound =
    /\b(after|from|past|before|by|until|till)\s+(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\b(?!\s*(?:days?|weeks?|years?|of|people|\/))/.exec(
      words,
    );
  if (bound) {
    const minutes = minutesOf(bound[2], bound[3], bound[4] ?? (isAfternoon ? 'pm' : undefined));
    if (minutes !== undefined) return /after|from|past/.test(bound[1] ?? '') ? { from: minutes, to: 24 * 60 } : { from: 0, to: minutes };
  }
  const exact =
    /\b(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)\b/.exec(words) ??
    /\b(\d{1,2})[:.](\d{2})\b(?!\s*(?:m|km|l|%))/.exec(words) ??
    /(?:\bat|@|around|about)\s*(\d{1,2})(?:ish)?\b(?!\s*(?:\d|st|nd|rd|th|\/|[a-z]))/.exec(words) ??
    /\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?,?\s+(\d{1,2})(?:ish)?\b(?!\s*(?:st|nd|rd|th|\/|[a-z]))/.exec(
      words,
    );
  const at = exact ? minutesOf(exact[1], exact[2], exact[3] ?? (isAfternoon ? 'pm' : undefined)) : undefined;
  if (at !== undefined) return { at };
  return part ?? {};
}

/** Without am or pm, one to six are the afternoon. */
function minutesOf(hourText = '', minuteText = '0', half?: string): number | undefined {
  const [hour, minute] = [Number(hourText), Number(minuteText)];
  if (hour > 23 || minute > 59 || (half !== undefined && (hour === 0 || hour > 12) && hour <= 12)) return undefined;
  if (hour > 12) return hour * 60 + minute;
  const isAfternoon = half === 'pm' || (half === undefined && hour >= 1 && hour <= 6);
  return ((hour % 12) + (isAfternoon || (half === undefined && hour === 12) ? 12 : 0)) * 60 + minute;
}

/** Whether a time (ISO 8601 UTC) is what the wish asks for. */
export function fits(wish: Wish, startsAt: string, timeZone: string): boolean {
  const { date, weekday, minutes } = localTime(`${startsAt}|${timeZone}`);
  return (
    (!wish.dates || (date >= wish.dates.first && date <= wish.dates.last)) &&
    (wish.weekday === undefined || weekday === wish.weekday) &&
    (wish.at === undefined || minutes === wish.at) &&
    (wish.from === undefined || minutes >= wish.from) &&
    (wish.to === undefined || minutes < wish.to)
  );
}

/** Of `<ISO 8601>|<time zone>`. */
const localTime = remembering(5000, (key) => {
  const [startsAt = '', zone = ''] = key.split('|');
  const time = DateTime.fromISO(startsAt, { zone });
  return { date: time.toISODate() ?? '', weekday: time.weekday, minutes: time.hour * 60 + time.minute };
});

const weekdayWords = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The wish in words that `readWish` reads as the same on any later day, at most 60 characters. */
export function wishWords(wish: Wish): string {
  return [datesWords(wish), timeWords(wish)].filter(Boolean).join(' ');
}

function datesWords({ dates, weekday }: Wish): string {
  const day = weekday === undefined ? '' : (weekdayWords[weekday - 1] ?? '');
  if (!dates) return day;
  const [first, last] = [DateTime.fromISO(dates.first), DateTime.fromISO(dates.last)];
  if (weekday !== undefined) {
    const offset = (weekday - first.weekday + 7) % 7;
    return dateWords(first.plus({ days: offset }));
  }
  return dates.first === dates.last ? dateWords(first) : `${dateWords(first)} to ${dateWords(last)}`;
}

function dateWords(date: DateTime): string {
  return `${weekdayWords[date.weekday - 1] ?? ''} ${date.day} ${date.setLocale('en-US').toFormat('LLL')}`;
}

function timeWords({ at, from, to }: Wish): string {
  if (at !== undefined) return `at ${clockOf(at)}`;
  if (from === undefined || to === undefined) return '';
  if (from === 0) return to === 12 * 60 ? 'morning' : `before ${clockOf(to)}`;
  if (to === 24 * 60) return from === 17 * 60 ? 'evening' : `after ${clockOf(from)}`;
  return from === 12 * 60 ? 'afternoon' : 'lunch';
}

function clockOf(minutes: number): string {
  return clockWords(`${Math.floor(minutes / 60)}:${minutes % 60}`);
}
