/** Every page and every form of the portal, filled in. A route that no line here reaches fails the tests of routes.test.ts and browser.test.ts. */
import { createApp } from '../../../functions/portal/app';
import { businessId, runId } from '../../fakes/a-run';
import { bookingId, feedbackId, leadId, mailId, otherUser, offboardingId } from './samples';
import { baseUrl, email, form, typed, welcome } from './world';

/** The form's address, what is typed, and the change that it makes (a method of Member or Operator). */
export type Form = [path: string, fields: Record<string, string>, change: string];

export const home = `/dashboard/${businessId}`;
const hours = { ...typed(), travelBuffer: '30', jobDuration: '60' };
const booking = { title: 'Lights', day: '2026-11-24', start: '10:00', minutes: '60' };

/** Of a business, the member's. */
export const memberPages = [
  '',
  '/leads',
  '/leads?q=x&show=won&page=2',
  '/leads.csv',
  `/leads/${leadId}`,
  `/leads/${leadId}?before=3`,
  `/leads/${leadId}/delete`,
  `/leads/${leadId}/flag/2`,
  '/calendar',
  '/calendar?view=day&day=2026-11-24',
  '/calendar/new',
  '/calendar/demo',
  `/bookings/${bookingId}`,
  '/settings',
  '/settings/hours',
  '/settings/details',
  '/settings/notifications',
  '/settings/calls',
  '/settings/replies',
  '/settings/privacy',
  '/history',
  '/people',
  `/people/${otherUser}/remove`,
  `/people/${otherUser}/hand-over`,
  '/leave',
  '/walkthrough',
  '/feedback',
].map((path) => home + path);

const ofBusiness: Form[] = [
  ['/replies', { paused: 'yes' }, 'pauseReplies'],
  [`/leads/${leadId}/reply`, { body: 'On my way', formKey: otherUser }, 'writeReply'],
  [`/leads/${leadId}/take-over`, { taken: 'yes' }, 'takeOver'],
  [`/leads/${leadId}/outcome`, { outcome: 'won' }, 'markLead'],
  [`/leads/${leadId}/delete`, {}, 'deleteLead'],
  [`/leads/${leadId}/flag/2`, { body: 'No' }, 'giveFeedback'],
  ['/calendar/new', booking, 'createBooking'],
  [`/bookings/${bookingId}`, booking, 'moveBooking'],
  [`/bookings/${bookingId}/cancel`, {}, 'cancelBooking'],
  ['/calendar/feed', {}, 'setCalendarFeed'],
  ['/calendar/feed/close', {}, 'setCalendarFeed'],
  ['/settings/hours', hours, 'changeHours'],
  ['/settings/details', { businessName: 'A', services: 'B', timeZone: 'Australia/Perth' }, 'changeDetails'],
  ['/settings/notifications', { by: 'sms', email, phone: '0480 000 123' }, 'changeNotifications'],
  ['/settings/calls', { ring: 'on', phone: '02 9876 5432', seconds: '20' }, 'changeCalls'],
  ['/settings/replies', { tone: 'relaxed', facts: '', topic_hours: 'on' }, 'changeReplies'],
  ['/settings/retention', { months: '12' }, 'changeRetention'],
  ['/settings/access', { hours: '24' }, 'grantAccess'],
  ['/people/invite', { email: 'kim@brightsparks.example' }, 'inviteMember'],
  ['/people/withdraw', { email: 'kim@brightsparks.example' }, 'withdrawInvitation'],
  [`/people/${otherUser}/remove`, {}, 'removeMember'],
  [`/people/${otherUser}/hand-over`, {}, 'handOver'],
  ['/leave', {}, 'removeMember'],
  ['/walkthrough/skip', { skip: 'yes' }, 'walkthroughSkip'],
  ['/walkthrough/delete-demo', {}, 'deleteDemo'],
  ['/feedback', { kind: 'bug', body: 'It is slow' }, 'giveFeedback'],
];
export const memberForms: Form[] = ofBusiness.map(([path, fields, change]) => [home + path, fields, change]);

export const operatorPages = [
  '',
  '?stuck=yes',
  '/clients',
  '/clients.csv',
  '/audits',
  '/feedback',
  `/feedback/${feedbackId}`,
  `/runs/${runId}`,
  `/runs/${runId}/checklist`,
  `/runs/${runId}/correct`,
  `/runs/${runId}/offboarding`,
  '/offboardings',
  `/businesses/${businessId}/leads`,
  `/businesses/${businessId}/leads/${leadId}`,
].map((path) => `/operator${path}`);
export const operatorForms: Form[] = [
  [`/operator/runs/${runId}/note`, { text: 'called' }, 'addNote'],
  [`/operator/runs/${runId}/resend`, { kind: 'invite' }, 'planResend'],
  [`/operator/runs/${runId}/approve`, {}, 'approveForm'],
  [`/operator/runs/${runId}/correct`, typed(), 'correctForm'],
  [`/operator/runs/${runId}/mails/${mailId}`, { decision: 'was-sent' }, 'settleMail'],
  [`/operator/audits/mails/${mailId}`, { decision: 'never-sent' }, 'settleMail'],
  [`/operator/feedback/${feedbackId}`, { status: 'seen' }, 'setFeedback'],
  [`/operator/runs/${runId}/offboarding`, { confirmation: 'INV-0042', reason: 'left' }, 'offboard'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/undo`, {}, 'decideOffboarding'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/release`, { confirmation: 'INV-0042' }, 'decideOffboarding'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/start-again`, {}, 'restartOffboarding'],
];

/** The person's own, whatever the business. */
export const accountPages = ['/account', '/dashboard'];
export const accountForms: Form[] = [
  ['/account/email', { email: 'jo@new.example' }, 'requestEmailChange'],
  ['/account/email/withdraw', {}, 'withdrawEmailChange'],
  ['/account/sign-out-everywhere', {}, 'account'],
];

export const [invitation, oldAddress] = ['k'.repeat(43), 'o'.repeat(43)];
/** Everybody's, by a link or by knowing the address. */
export const openPages = [
  '/',
  '/assets/portal.css',
  '/assets/icon.svg',
  '/onboarding',
  form,
  `${form}/thanks`,
  `/welcome/${welcome}`,
  '/sign-in',
  '/set-password',
  `/invitation/${invitation}`,
  `/email-change/${oldAddress}`,
  `/calendar/${'c'.repeat(43)}.ics`,
];
const byEverybody: [path: string, fields: Record<string, string>][] = [
  ['/onboarding', typed()],
  [form, typed()],
  [`${form}/renew`, {}],
  [`${form}/use-sent-form`, {}],
  [`/welcome/${welcome}`, {}],
  [`/welcome/${welcome}/renew`, {}],
  ['/sign-in', { email, password: 'waters the ferns' }],
  ['/sign-in/link', { email }],
  ['/set-password', { password: 'waters the ferns', again: 'waters the ferns' }],
  ['/sign-out', {}],
  [`/invitation/${invitation}`, {}],
  [`/email-change/${oldAddress}`, {}],
];
export const openForms: Form[] = byEverybody.map(([path, fields]) => [path, fields, 'nothing of a member’s']);

export interface Route {
  method: string;
  path: string;
}

/** What the app answers, without its middleware. */
export function routes(): Route[] {
  const { routes: all } = createApp(() => Promise.reject(new Error('nobody asks')), baseUrl);
  const known = new Map(all.filter(({ method }) => method !== 'ALL').map(({ method, path }) => [`${method} ${path}`, { method, path }]));
  return [...known.values()];
}

/** Whether the address is one of the route's: Hono's `:name`, `:name{regex}` and `/*`. */
export function reaches(route: string, address: string): boolean {
  const pattern = route
    .split(/(:\w+(?:\{[^}]+\})?|\*)/)
    .map((part) => {
      const own = /\{(.+)\}$/.exec(part)?.[1];
      if (own) return `(?:${own})`;
      if (part.startsWith(':')) return '[^/]+';
      return part === '*' ? '.*' : part.replace(/[.+?^$()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${pattern}/?$`).test(address.split('?')[0] ?? '');
}

/** The routes of a method that no address reaches. */
export function unreached(method: string, addresses: readonly string[]): string[] {
  const mine = routes().filter((route) => route.method === method);
  return mine.filter(({ path }) => !addresses.some((address) => reaches(path, address))).map(({ path }) => path);
}

/** Buttons' addresses opened again: a GET leads back to their page. */
export const leadBack = [...[...memberForms, ...operatorForms, ...accountForms].map(([path]) => path), ...openForms.map(([path]) => path)];
