/** …/settings: the owner's; each form is one change, in force with the next text, and a line in the audit trail. */
import { Hono } from 'hono';
import * as z from 'zod';
import { topics } from '../../shared/conversation/facts';
import { australianMobile, australianPhone } from '../../shared/phone';
import { WorkingHours } from '../../shared/working-hours';
import { done, found, pageNumber, type Request } from './business';
import { pathOf } from './paths';
import { hoursOf, hoursProblems, type Problems, type Typed } from './form-fields';
import type { SettingsData } from './member/settings';
import { HistoryPage } from './pages/history-page';
import { CallsPage } from './pages/settings/calls-page';
import { DetailsPage } from './pages/settings/details-page';
import { HoursPage } from './pages/settings/hours-page';
import { NotificationsPage } from './pages/settings/notifications-page';
import { PrivacyPage } from './pages/settings/privacy-page';
import { RepliesPage } from './pages/settings/replies-page';
import { SettingsPage } from './pages/settings/settings-page';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';

export const settings = new Hono<PortalEnv>({ strict: false })
  .get('/settings', async (c) => c.html(<SettingsPage settings={await read(c)} note={c.req.query('done')} />))
  .get('/settings/hours', async (c) => c.html(<HoursPage settings={await read(c)} />))
  .post('/settings/hours', changeHours)
  .get('/settings/details', async (c) => c.html(<DetailsPage settings={await read(c)} />))
  .post('/settings/details', changeDetails)
  .get('/settings/notifications', async (c) => c.html(<NotificationsPage settings={await read(c)} />))
  .post('/settings/notifications', changeNotifications)
  .get('/settings/calls', async (c) => c.html(<CallsPage settings={await read(c)} />))
  .post('/settings/calls', changeCalls)
  .get('/settings/replies', async (c) => c.html(<RepliesPage settings={await read(c)} />))
  .post('/settings/replies', changeReplies)
  .get('/settings/privacy', async (c) => c.html(<PrivacyPage settings={await read(c)} note={c.req.query('done')} />))
  .post('/settings/retention', changeRetention)
  .post('/settings/access', grantAccess)
  .get('/settings/:button{retention|access}', (c) => c.redirect(pathOf(c.var.businessId, '/settings/privacy'), 303))
  .get('/history', history);

const read = async (c: Request): Promise<SettingsData> => found(await c.var.member.settings(c.var.businessId));
const back = (c: Request) => done(c, pathOf(c.var.businessId, '/settings'), 'saved');

const Whole = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number);
const advice = {
  'working-hours': 'Check the hours of each day: closing must be after opening.',
  'travel-buffer': 'Enter from 0 to 480 minutes.',
  'job-duration': 'Enter from 5 to 1,440 minutes.',
  'business-name': 'Enter your business name, at most 80 characters.',
  services: 'Tell what you do, in at most 1,000 characters.',
  'time-zone': 'Choose a time zone from the list.',
  'notify-by': 'Choose how you want to hear of leads.',
  email: 'Enter an e-mail address like jo@example.com.au.',
  phone: 'Enter an Australian mobile number like 0412 345 678.',
  'our-own-phone': 'This number is one of CoreSentia’s own. Enter the phone that you carry.',
  'ring-phone': 'Enter an Australian number like 0412 345 678 or 02 9876 5432.',
  'ring-seconds': 'Enter from 5 to 40 seconds.',
  tone: 'Choose a tone.',
  topics: 'Choose from the list.',
  facts: 'Use at most 1,000 characters.',
  months: 'Enter from 1 to 120 months.',
  hours: 'Choose how long from the list.',
  'not-set-up': 'This business has not been set up yet. Please tell us through Help.',
} as const satisfies Problems;

/** Which field a refusal is about, in words. */
function problemsOf(reason: keyof typeof advice): Problems {
  return { [reason]: advice[reason] };
}

async function changeHours(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const problems = { ...hoursProblems(typed), ...minutesProblems(typed) };
  const again = (found: Problems) => c.html(<HoursPage settings={shown} typed={typed} problems={found} />, 422);
  const workingHours = WorkingHours.safeParse(hoursOf(typed));
  if (Object.keys(problems).length > 0 || !workingHours.success) return again(problems);
  const times = { travelBuffer: Number(typed['travelBuffer']), jobDuration: Number(typed['jobDuration']) };
  const outcome = found(await c.var.member.changeHours(c.var.businessId, { workingHours: workingHours.data, ...times }));
  return outcome === 'done' ? back(c) : again(problemsOf(outcome));
}

function isIn(text: string | undefined, [from, to]: [number, number]): boolean {
  const minutes = Whole.safeParse(text).data;
  return minutes !== undefined && minutes >= from && minutes <= to;
}

function minutesProblems(typed: Typed): Problems {
  return {
    ...(!isIn(typed['travelBuffer'], [0, 480]) && problemsOf('travel-buffer')),
    ...(!isIn(typed['jobDuration'], [5, 1440]) && problemsOf('job-duration')),
  };
}

async function changeDetails(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const { businessName = '', services = '', timeZone = '' } = typed;
  const outcome = found(await c.var.member.changeDetails(c.var.businessId, { businessName, services, timeZone }));
  return outcome === 'done' ? back(c) : c.html(<DetailsPage settings={shown} typed={typed} problems={problemsOf(outcome)} />, 422);
}

async function changeNotifications(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const { by = '', email = '', phone = '' } = typed;
  const to = { by, email, phone: australianMobile(phone) ?? '' };
  const outcome = found(await c.var.member.changeNotifications(c.var.businessId, to));
  return outcome === 'done' ? back(c) : c.html(<NotificationsPage settings={shown} typed={typed} problems={problemsOf(outcome)} />, 422);
}

async function changeCalls(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const { ring, phone = '', seconds } = typed;
  const to = { ringFirst: ring === 'on', phone: australianPhone(phone) ?? '', seconds: Whole.catch(0).parse(seconds) };
  const outcome = found(await c.var.member.changeCalls(c.var.businessId, to));
  return outcome === 'done' ? back(c) : c.html(<CallsPage settings={shown} typed={typed} problems={problemsOf(outcome)} />, 422);
}

async function changeReplies(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const chosen = topics.filter((topic) => typed[`topic_${topic}`] === 'on');
  const { tone = '', facts = '' } = typed;
  const outcome = found(await c.var.member.changeReplies(c.var.businessId, { tone, topics: chosen, facts }));
  return outcome === 'done' ? back(c) : c.html(<RepliesPage settings={shown} typed={typed} problems={problemsOf(outcome)} />, 422);
}

async function changeRetention(c: Request) {
  const typed = await cleanedFields(c);
  const shown = await read(c);
  const months = Whole.catch(0).parse(typed['months']);
  const outcome = found(await c.var.member.changeRetention(c.var.businessId, months));
  return outcome === 'done' ? back(c) : c.html(<PrivacyPage settings={shown} typed={typed} problems={problemsOf(outcome)} />, 422);
}

async function grantAccess(c: Request) {
  const { hours = '' } = await cleanedFields(c);
  const shown = await read(c);
  const given = hours === 'end' ? null : Whole.catch(0).parse(hours);
  const outcome = found(await c.var.member.grantAccess(c.var.businessId, given));
  if (outcome !== 'done') return c.html(<PrivacyPage settings={shown} problems={problemsOf(outcome)} />, 422);
  return done(c, pathOf(c.var.businessId, '/settings/privacy'), given === null ? 'access-ended' : 'access-given');
}

async function history(c: Request) {
  const page = pageNumber(c);
  return c.html(<HistoryPage trail={found(await c.var.member.auditTrail(c.var.businessId, page))} page={page} />);
}
