/** What looks odd in a valid onboarding form: the operator is told, nothing is stopped. Pure. */
import type { OnboardingForm } from './onboarding-form';
import { type DayHours, type Weekday, weekdays } from './working-hours';

/** Nobody answers calls for longer a day; rather a typing error (07:00 to 24:00 typed for 07:00 to 14:00). */
const longestDayHours = 16;
/** Shorter than this tells the assistant nothing about the business. */
const fewestServiceLetters = 8;

const mailProviders = [
  'gmail.com',
  'hotmail.com',
  'outlook.com',
  'yahoo.com',
  'yahoo.com.au',
  'icloud.com',
  'live.com.au',
  'bigpond.com',
  'ymail.com',
];

/** Plain English for the operator: which answers and why, never what was answered. `contactEmail` is the invoice's. */
export function oddities(form: OnboardingForm, contactEmail: string): string[] {
  return [...oddHours(form), ...oddEmail(form.email, contactEmail), ...oddPhone(form.mobile), ...oddWords(form)];
}

function oddHours({ workingHours }: OnboardingForm): string[] {
  const open = weekdays.filter((day) => workingHours[day].enabled);
  if (open.length === 0) return ['working hours: closed all week'];
  const long: Weekday[] = open.filter((day) => hoursOpen(workingHours[day]) > longestDayHours);
  return long.map((day) => `working hours: open for more than ${longestDayHours} hours on ${day}`);
}

function hoursOpen({ start, end }: DayHours): number {
  return (minuteOf(end) - minuteOf(start)) / 60;
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function oddEmail(email: string, contactEmail: string): string[] {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const meant = mailProviders.includes(domain) ? undefined : mailProviders.find((provider) => isOneSlipFrom(domain, provider));
  return [
    ...(meant ? [`e-mail: the domain looks like a slip for ${meant}`] : []),
    ...(email.toLowerCase() === contactEmail.trim().toLowerCase() ? [] : ["e-mail: not the one of the invoice's contact"]),
  ];
}

/** One letter too many, too few, wrong, or two neighbours swapped. */
function isOneSlipFrom(typed: string, meant: string): boolean {
  if (Math.abs(typed.length - meant.length) > 1) return false;
  let start = 0;
  while (start < typed.length && typed[start] === meant[start]) start += 1;
  const [typedRest, meantRest] = [typed.slice(start), meant.slice(start)];
  const swapped = `${typedRest[1] ?? ''}${typedRest[0] ?? ''}${typedRest.slice(2)}`;
  return (
    typedRest.slice(1) === meantRest.slice(1) ||
    typedRest.slice(1) === meantRest ||
    typedRest === meantRest.slice(1) ||
    swapped === meantRest
  );
}

/** Australian mobiles start with 4; all else cannot be texted. */
function oddPhone(mobile: string): string[] {
  return /^\+614\d{8}$/.test(mobile) ? [] : ['mobile: does not look like an Australian mobile'];
}

function oddWords({ businessName, services }: OnboardingForm): string[] {
  const letters = services.match(/\p{L}/gu)?.length ?? 0;
  return [
    ...(/\b(test(ing)?|demo|asdf\w*|qwerty\w*|example|xxx+)\b/i.test(businessName) ? ['business name: looks like a test'] : []),
    ...(letters < fewestServiceLetters ? ['services: too short to tell what the business does'] : []),
  ];
}
