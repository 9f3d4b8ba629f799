/** From what was typed into the onboarding form to a valid form, or to what is wrong with it. Pure. */
import * as z from 'zod';
import { OnboardingForm } from '../../shared/onboarding-form';
import { australianMobile, displayPhone } from '../../shared/phone';
import { type AustralianTimeZone, states, timeZoneOf } from '../../shared/time-zone';
import { defaultWorkingHours, LocalTime, type Weekday, WorkingHours, weekdays } from '../../shared/working-hours';

/** Field name → what was typed; an unticked box is absent. */
export type Typed = Record<string, string>;
/** Field name → what is wrong, in words for the client, in the page's order. */
export type Problems = Record<string, string>;
export type Parsed = { form: OnboardingForm } | { problems: Problems };

/** In the page's order. */
const advice: Problems = {
  businessName: 'Enter your business name.',
  services: 'Tell us what you do, for example “blocked drains, hot water, leaks”.',
  suburb: 'Enter the suburb you work from.',
  state: 'Choose your state or territory.',
  postcode: 'Enter a postcode of four digits.',
  timeZone: 'Choose a time zone from the list.',
  firstName: 'Enter your first name.',
  lastName: 'Enter your last name.',
  email: 'Enter an e-mail address like jo@example.com.au.',
  mobile: 'Enter an Australian mobile number like 0412 345 678.',
  workingHours: 'Tick at least one day that you work.',
  ...Object.fromEntries(weekdays.map((day) => [day, `${capital(day)}: enter times like 09:00 and 17:00.`])),
  currentBookingProcess: 'Tell us how customers book you today, even if it is just “they call me”.',
  goals: 'Tell us what you want from CoreSentia, in a few words.',
};

/** Checks everything at once, so that the client sees all that is wrong in one go. */
export function parseForm(typed: Typed): Parsed {
  const zone = typed['timeZone'] || derivedTimeZone(typed);
  const workingHours = hoursOf(typed);
  const parsed = OnboardingForm.safeParse({ ...typed, mobile: mobileOf(typed), workingHours, timeZone: zone });
  // Of several things wrong with one field the first is said.
  const found = new Map((parsed.error?.issues ?? []).map(problemOf).toReversed());
  if (!Object.values(workingHours).some((day) => day.enabled)) found.set('workingHours', advice['workingHours'] ?? '');
  // Without a state there is no zone to derive: the state is what is wrong.
  if (!zone) found.delete('timeZone');
  if (parsed.success && found.size === 0) return { form: parsed.data };
  const inOrder = Object.keys(advice).map((field) => [field, found.get(field) ?? ''] as const);
  return { problems: Object.fromEntries(inOrder.filter(([, problem]) => problem)) };
}

/** What is wrong with the week, by day. A week without an open day is the owner's wish: a holiday, say. */
export function hoursProblems(typed: Typed): Problems {
  const { error } = z.object({ workingHours: WorkingHours }).safeParse({ workingHours: hoursOf(typed) });
  return Object.fromEntries((error?.issues ?? []).map(problemOf));
}

function problemOf(issue: z.core.$ZodIssue): [field: string, problem: string] {
  const [first = '', day = ''] = issue.path.map(String);
  const field = first === 'workingHours' ? day : first;
  if (first === 'workingHours' && issue.code === 'custom')
    return [day, `${capital(day)}: closing must be after opening. Do you work past midnight? Then close at 23:59.`];
  if (issue.code === 'too_big' && first !== 'mobile') return [field, `Use at most ${issue.maximum} characters here.`];
  return [field, advice[field] ?? issue.message];
}

/** The fields of a form that was sent before, to be edited. A zone that follows from the place keeps following it. */
export function typedOf(form: OnboardingForm): Typed {
  const { workingHours, timeZone, ...fields } = form;
  const chosen = timeZone === timeZoneOf(form.state, form.postcode) ? '' : timeZone;
  return { ...fields, timeZone: chosen, mobile: displayPhone(form.mobile), ...typedHours(workingHours) };
}

/** An empty form with the SOP's hours. */
export function emptyFields(): Typed {
  return typedHours(defaultWorkingHours);
}

/** What state and postcode say; undefined until there is a state. */
export function derivedTimeZone(typed: Typed): AustralianTimeZone | undefined {
  const state = states.find((name) => name === typed['state']);
  return state && timeZoneOf(state, typed['postcode'] ?? '');
}

/** The week's fields as a form shows them. */
export function typedHours(hours: WorkingHours): Typed {
  const typed: Typed = {};
  for (const day of weekdays) {
    const { enabled, start, end } = hours[day];
    if (enabled) typed[`${day}_enabled`] = 'on';
    typed[`${day}_start`] = start;
    typed[`${day}_end`] = end;
  }
  return typed;
}

/** The week as it was typed, right or wrong. */
export function hoursOf(typed: Typed): WorkingHours {
  const day = (name: Weekday) => dayOf(name, typed);
  return {
    monday: day('monday'),
    tuesday: day('tuesday'),
    wednesday: day('wednesday'),
    thursday: day('thursday'),
    friday: day('friday'),
    saturday: day('saturday'),
    sunday: day('sunday'),
  };
}

/** A closed day's times do not matter, so they cannot be wrong: the SOP's stand in for what is no time. */
function dayOf(day: Weekday, typed: Typed) {
  const enabled = typed[`${day}_enabled`] === 'on';
  const time = (part: 'start' | 'end') => {
    const given = timeOf(typed[`${day}_${part}`] ?? '');
    return enabled || LocalTime.safeParse(given).success ? given : defaultWorkingHours[day][part];
  };
  return { enabled, start: time('start'), end: time('end') };
}

/** `9:00` and `09:00:00` as `09:00`: browsers without a time picker send what was typed. */
function timeOf(typed: string): string {
  const [, hour = '', minute = ''] = /^(\d{1,2})[:.](\d{2})(?::\d{2})?$/.exec(typed) ?? [];
  return hour && `${hour.padStart(2, '0')}:${minute}`;
}

const mobileOf = (typed: Typed) => australianMobile(typed['mobile'] ?? '') ?? '';

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
