/** From what was typed into the onboarding form to a valid form, or to what is wrong with it. Pure. */
import { OnboardingForm } from '../../shared/onboarding-form';
import { australianMobile, displayPhone } from '../../shared/phone';
import { states, timeZoneOf } from '../../shared/time-zone';
import { defaultWorkingHours, type WorkingHours, weekdays } from '../../shared/working-hours';

/** Field name → what was typed; an unticked box is absent. */
export type Typed = Record<string, string>;
/** Field name → what is wrong, in words for the client. */
export type Problems = Record<string, string>;
export type Parsed = { form: OnboardingForm } | { problems: Problems };

const advice: Problems = {
  businessName: 'Enter your business name (up to 80 characters).',
  firstName: 'Enter your first name.',
  lastName: 'Enter your last name.',
  email: 'Enter an e-mail address like jo@example.com.au.',
  mobile: 'Enter an Australian mobile number like 0412 345 678.',
  services: 'Tell us what you do, for example “blocked drains, hot water, leaks”.',
  currentBookingProcess: 'Tell us how customers book you today, even if it is just “they call me”.',
  goals: 'Tell us what you want from CoreSentia, in a few words.',
  suburb: 'Enter the suburb you work from.',
  state: 'Choose your state or territory.',
  postcode: 'Enter a postcode of four digits.',
  timeZone: 'Choose a time zone from the list.',
};

/** Checks everything at once, so that the client sees all that is wrong in one go. */
export function parseForm(typed: Typed): Parsed {
  const candidate = {
    ...typed,
    mobile: mobileOf(typed),
    workingHours: hoursOf(typed),
    timeZone: typed['timeZone'] || derivedTimeZone(typed),
  };
  const parsed = OnboardingForm.safeParse(candidate);
  if (parsed.success && Object.values(parsed.data.workingHours).some((day) => day.enabled)) return { form: parsed.data };
  const problems: Problems = {};
  for (const issue of parsed.error?.issues ?? []) {
    const [field = '', day = ''] = issue.path.map(String);
    if (field === 'workingHours') problems[day] = `${capital(day)}: enter times like 09:00, closing after opening.`;
    else problems[field] = advice[field] ?? issue.message;
  }
  if (parsed.success) problems['workingHours'] = 'Tick at least one day that you work.';
  return { problems };
}

/** The fields of a form that was sent before, to be edited. */
export function typedOf(form: OnboardingForm): Typed {
  const { workingHours, ...fields } = form;
  return { ...fields, mobile: displayPhone(form.mobile), ...typedHours(workingHours) };
}

/** An empty form with the SOP's hours. */
export function emptyFields(): Typed {
  return typedHours(defaultWorkingHours);
}

function typedHours(hours: WorkingHours): Typed {
  const typed: Typed = {};
  for (const day of weekdays) {
    const { enabled, start, end } = hours[day];
    if (enabled) typed[`${day}_enabled`] = 'on';
    typed[`${day}_start`] = start;
    typed[`${day}_end`] = end;
  }
  return typed;
}

function hoursOf(typed: Typed) {
  const entries = weekdays.map((day) => {
    const enabled = typed[`${day}_enabled`] === 'on';
    // A closed day's times do not matter, so they cannot be wrong: the SOP's stand in for what is missing.
    const { start, end } = defaultWorkingHours[day];
    const opening = typed[`${day}_start`] || (enabled ? '' : start);
    const closing = typed[`${day}_end`] || (enabled ? '' : end);
    return [day, { enabled, start: opening, end: closing }];
  });
  return Object.fromEntries(entries);
}

const mobileOf = (typed: Typed) => australianMobile(typed['mobile'] ?? '') ?? '';

function derivedTimeZone(typed: Typed): string | undefined {
  const state = states.find((name) => name === typed['state']);
  return state && timeZoneOf(state, typed['postcode'] ?? '');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
