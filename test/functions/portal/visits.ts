/** Every page as a person meets it, for the checks in a browser: what stands on it, and what was pressed to get there. */
import type { Page } from 'playwright-core';
import { hashToken } from '../../../shared/token';
import { aForm, businessId, runId, userId } from '../../fakes/a-run';
import { home, invitation, oldAddress } from './pages';
import {
  aBooking,
  aCalendar,
  aDashboard,
  aFrame,
  aThread,
  anAccount,
  answers,
  bookingId,
  feedbackId,
  leadId,
  operatorAnswers,
  otherUser,
  theSettings,
} from './samples';
import { fill } from './visitor';
import { email, expiredInvite, expiredWelcome, form, welcome, type world } from './world';

export interface Visit {
  start?: Parameters<typeof world>[0];
  signedIn?: boolean;
  /** A summary to unfold. */
  open?: string;
  fill?: Record<string, string>;
  press?: string;
  /** What the page is called that this leads to; to be said where something else could come instead. */
  heading?: string;
  /** Instead of pressing one button. */
  act?: (page: Page) => Promise<void>;
}

const password = 'waters the ferns';
const offered = { onboardingId: businessId, submittedAt: '2026-11-20T22:00:00Z', form: aForm() };
const long = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Plumbing';
const businesses = [
  { id: businessId, name: 'Bright Sparks Electrical' },
  { id: otherUser, name: long },
];
const two = {
  people: [{ userId, email, businesses: [businessId, otherUser] }],
  member: answers(aFrame({ id: otherUser, name: long, status: 'suspended', phoneNumber: null }, { businesses, role: 'member' })),
};
const operator = { people: [{ userId, email, businesses: [] }], operator: operatorAnswers() };
const mine = [{ userId, email, businesses: [businessId] }];
const changing = { newEmail: 'jo@new.example', oldConfirmed: true, newConfirmed: false, expiresAt: '2026-12-01T00:00:00.000Z' };
const with_ = (member: object) => ({ start: { session: { people: mine, member: { ...answers(), ...member } } }, signedIn: true });
const asOperator = { signedIn: true, start: { session: operator } };
const withOperator = (more: object) => ({
  signedIn: true,
  start: { session: { ...operator, operator: { ...operatorAnswers(), ...more } } },
});
const mineAsIs = { signedIn: true } as const;

const member = {
  role: 'member' as const,
  walkthrough: aFrame().walkthrough.filter(({ step }) => step !== 'check-hours'),
};
const day = (date: string) => new Date(`${date}T00:00:00Z`);
const invited = (until: string) => ({
  invitations: {
    invitations: new Map([
      [
        hashToken(invitation),
        { email: 'kim@brightsparks.example', businessId, businessName: 'Bright Sparks Electrical', expiresAt: day(until) },
      ],
    ]),
  },
});
const beingChanged = {
  emailChanges: {
    changes: [
      {
        changeId: otherUser,
        userId,
        newEmail: 'jo@new.example',
        oldTokenHash: hashToken(oldAddress),
        newTokenHash: hashToken('n'.repeat(43)),
        expiresAt: day('2099-01-01'),
        confirmed: new Set<'old' | 'new'>(),
        isApplied: false,
      },
    ],
  },
};

async function pressed(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click(selector)]);
}
async function signIn(page: Page, typed: string): Promise<void> {
  await page.fill('form[action="/sign-in"] [name=email]', email);
  await fill(page, { password: typed });
  await pressed(page, 'form[action="/sign-in"] button');
}
/** Ten tries are taken, the eleventh is not. */
async function signInTooOften(page: Page): Promise<void> {
  const headers = { origin: new URL(page.url()).origin };
  for (let time = 0; time < 10; time += 1) await page.request.post('/sign-in', { headers, form: { email, password: 'wrong' } });
  await signIn(page, 'wrong');
}
/** The session runs out while the reply is typed. */
async function sendSignedOut(page: Page): Promise<void> {
  await fill(page, { body: 'On my way, in half an hour.' });
  await page.context().clearCookies();
  await pressed(page, 'text="Send"');
}
/** Whatever the page's first form is about. */
async function sendFirstForm(page: Page): Promise<void> {
  await pressed(page, 'main form[method=post] button');
}

/** No form of ours lets anybody type so much. */
async function sendTooMuch(page: Page): Promise<void> {
  await page.evaluate(`const { goals } = document.forms[0].elements; goals.maxLength = 100000; goals.value = 'x'.repeat(70000)`);
  await pressed(page, 'text="Send"');
}

/** As another site would. */
async function sendFromElsewhere(page: Page): Promise<void> {
  const action = page.url();
  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${action}"><input name="email"><button>Go</button></form>`);
  await pressed(page, 'button');
}

/** Name of the picture, address, and what is done there. */
export const visits: [name: string, path: string, visit?: Visit][] = [
  ['form', form],
  ['form-with-errors', form, { press: 'Send' }],
  ['form-with-offer', form, { start: { onboardings: { unattached: offered } } }],
  ['form-to-change', form, { start: { onboardings: { submitted: aForm() } } }],
  ['form-without-invite', '/onboarding'],
  ['thanks', `${form}/thanks`, { start: { onboardings: { submitted: aForm() } } }],
  ['invite-expired', `/onboarding/${expiredInvite}`],
  ['invite-renewed', `/onboarding/${expiredInvite}`, { press: 'E-mail me a new link' }],
  ['invite-unknown', '/onboarding/unknown'],
  ['link', `/welcome/${welcome}`],
  ['link-expired', `/welcome/${expiredWelcome}`],
  ['sign-in', '/sign-in'],
  ['link-sent', `/welcome/${expiredWelcome}`, { press: 'E-mail me a new link' }],
  ['set-password', '/set-password', { signedIn: true }],
  ['dashboard', `/dashboard/${businessId}`, { signedIn: true }],
  ['dashboard-of-two', `/dashboard/${otherUser}`, { signedIn: true, start: { session: two } }],
  ['dashboard-paused', home, { ...with_({}), press: 'Pause automatic replies' }],
  [
    'no-business',
    '/dashboard',
    { signedIn: true, start: { session: { people: [{ userId, email }], member: { account: anAccount({ businesses: [] }) } } } },
  ],
  ['leads', `${home}/leads?q=power`, mineAsIs],
  ['leads-none', `${home}/leads`, with_({ leadList: { frame: aFrame(), leads: [], total: 0, pageSize: 25 } })],
  ['lead', `${home}/leads/${leadId}`, mineAsIs],
  [
    'lead-refused',
    `${home}/leads/${leadId}`,
    {
      ...with_({
        writeReply: 'opted-out',
        leadThread: aThread({ name: 'W'.repeat(60), takenOverAt: '2026-11-22T03:05:00.000Z', outcome: 'won' }),
      }),
      press: 'Send',
      fill: { body: 'x'.repeat(200) },
    },
  ],
  ['lead-delete', `${home}/leads/${leadId}/delete`, mineAsIs],
  ['lead-flag', `${home}/leads/${leadId}/flag/2`, mineAsIs],
  ['calendar', `${home}/calendar`, mineAsIs],
  [
    'calendar-day',
    `${home}/calendar?view=day&day=2026-11-24`,
    with_({ calendar: aCalendar({ firstDay: '2026-11-24', from: '2026-11-23T13:00:00.000Z', to: '2026-11-24T13:00:00.000Z' }) }),
  ],
  [
    'calendar-feed',
    `${home}/calendar`,
    { ...mineAsIs, open: 'See these bookings in the calendar of your phone', press: 'Make a calendar link' },
  ],
  ['booking-new', `${home}/calendar/new?lead=${leadId}`, mineAsIs],
  [
    'booking-refused',
    `${home}/calendar/new?start=10:00`,
    { ...with_({ createBooking: 'travel-buffer' }), press: 'Book it', fill: { title: 'Lights' } },
  ],
  ['booking', `${home}/bookings/${bookingId}`, mineAsIs],
  ['settings', `${home}/settings`, mineAsIs],
  ['settings-hours', `${home}/settings/hours`, mineAsIs],
  ['settings-hours-wrong', `${home}/settings/hours`, { ...mineAsIs, press: 'Save', fill: { travelBuffer: '999', monday_end: '08:00' } }],
  ['settings-details', `${home}/settings/details`, mineAsIs],
  ['settings-notifications', `${home}/settings/notifications`, mineAsIs],
  ['settings-replies', `${home}/settings/replies`, mineAsIs],
  ['settings-privacy', `${home}/settings/privacy`, mineAsIs],
  ['history', `${home}/history`, mineAsIs],
  ['people', `${home}/people`, mineAsIs],
  ['people-remove', `${home}/people/${otherUser}/remove`, mineAsIs],
  ['leave', `${home}/leave`, with_({ frame: aFrame({}, member) })],
  ['leave-of-the-owner', `${home}/leave`, mineAsIs],
  ['walkthrough', `${home}/walkthrough`, mineAsIs],
  ['feedback', `${home}/feedback?about=Leads`, mineAsIs],
  ['account', '/account', with_({ account: anAccount({ emailChange: changing, operatorName: 'Sam' }) })],
  ['settings-details-wrong', `${home}/settings/details`, { ...with_({ changeDetails: 'business-name' }), press: 'Save' }],
  ['settings-calls', `${home}/settings/calls`, mineAsIs],
  [
    'settings-calls-wrong',
    `${home}/settings/calls`,
    { heading: 'What a call does', ...with_({ changeCalls: 'our-own-phone' }), press: 'Save' },
  ],
  ['settings-replies-wrong', `${home}/settings/replies`, { ...with_({ changeReplies: 'facts' }), press: 'Save' }],
  ['settings-notifications-stopped', `${home}/settings/notifications`, with_({ settings: theSettings(aFrame({ alertsStopped: true })) })],
  [
    'settings-privacy-open',
    `${home}/settings/privacy`,
    with_({
      settings: { ...theSettings(), accessGrant: { grantedAt: '2026-11-22T00:00:00.000Z', expiresAt: '2099-01-01T00:00:00.000Z' } },
    }),
  ],
  ['dashboard-alerts-stopped', home, with_({ dashboard: aDashboard({ alertsStopped: true, status: 'suspended' }) })],
  ['dashboard-done', `${home}?done=walkthrough-done`, with_({ dashboard: aDashboard({}, { walkthrough: [] }) })],
  [
    'lead-long',
    `${home}/leads/${leadId}?before=90`,
    with_({ leadThread: { ...aThread({ optedOut: true, name: '<b>x</b>' }), hasEarlier: true, hasLater: true } }),
  ],
  ['lead-flag-refused', `${home}/leads/${leadId}/flag/2`, { ...with_({ giveFeedback: 'body' }), press: 'Report this answer' }],
  [
    'booking-demo',
    `${home}/bookings/${bookingId}`,
    with_({ booking: { frame: aFrame(), booking: aBooking({ isDemo: true }), jobDuration: 60 } }),
  ],
  ['booking-move-refused', `${home}/bookings/${bookingId}`, { ...with_({ moveBooking: 'overlap' }), press: 'Save' }],
  ['people-hand-over', `${home}/people/${otherUser}/hand-over`, mineAsIs],
  ['people-refused', `${home}/people`, { heading: 'People', ...mineAsIs, press: 'Send the invitation' }],
  ['walkthrough-of-a-member', `${home}/walkthrough`, with_({ frame: aFrame({}, member) })],
  ['feedback-thanks', `${home}/feedback?done=thanks`, mineAsIs],
  ['feedback-refused', `${home}/feedback`, { ...with_({ giveFeedback: 'body' }), press: 'Send' }],
  ['account-refused', '/account', { ...mineAsIs, press: 'Change e-mail' }],
  ['account-signed-out', '/account', { heading: 'Sign in', ...mineAsIs, press: 'Sign out everywhere' }],
  [
    'set-password-refused',
    '/set-password',
    { ...mineAsIs, fill: { password: 'short', again: 'short' }, press: 'Save and go to my dashboard' },
  ],
  ['sign-in-wrong', '/sign-in', { act: (page) => signIn(page, 'wrong') }],
  ['sign-in-too-often', '/sign-in', { act: signInTooOften }],
  ['sign-in-again', `${home}/leads/${leadId}`, { heading: 'Please sign in again', ...mineAsIs, act: sendSignedOut }],
  [
    'signed-in-again',
    `${home}/leads/${leadId}`,
    {
      heading: 'You are signed in again',
      signedIn: true,
      start: { session: { people: [{ userId, email, password, businesses: [businessId] }], member: answers() } },
      async act(page) {
        await sendSignedOut(page);
        await signIn(page, password);
      },
    },
  ],
  ['invitation', `/invitation/${invitation}`, { start: invited('2099-01-01') }],
  ['invitation-expired', `/invitation/${invitation}`, { heading: 'This link has expired', start: invited('2026-01-01') }],
  ['email-change', `/email-change/${oldAddress}`, { start: beingChanged }],
  ['email-change-waiting', `/email-change/${oldAddress}`, { heading: 'Confirmed', start: beingChanged, press: 'Confirm' }],
  ['email-change-unknown', '/email-change/unknown'],
  ['operator', '/operator', asOperator],
  [
    'operator-nothing',
    '/operator?stuck=yes&q=x',
    withOperator({
      board: { operatorName: 'Sam', pageSize: 50, total: 0, stuck: 0, runs: [] },
      watchList: { operatorName: 'Sam', businesses: [] },
    }),
  ],
  ['operator-run-refused', `/operator/runs/${runId}`, { ...withOperator({ addNote: 'length' }), press: 'Save note' }],
  ['operator-correct-refused', `/operator/runs/${runId}/correct`, { ...asOperator, fill: { postcode: 'x' }, press: 'Save the correction' }],
  ['operator-run', `/operator/runs/${runId}`, asOperator],
  ['operator-checklist', `/operator/runs/${runId}/checklist`, asOperator],
  ['operator-correct', `/operator/runs/${runId}/correct`, asOperator],
  ['operator-clients', '/operator/clients', asOperator],
  ['operator-feedback', '/operator/feedback', asOperator],
  ['operator-audits', '/operator/audits', asOperator],
  ['operator-offboardings', '/operator/offboardings', asOperator],
  ['operator-offboarding', `/operator/runs/${runId}/offboarding`, asOperator],
  [
    'operator-offboarding-refused',
    `/operator/runs/${runId}/offboarding`,
    { ...withOperator({ decideOffboarding: 'decided' }), act: sendFirstForm },
  ],
  ['operator-flagged', `/operator/feedback/${feedbackId}`, asOperator],
  ['operator-leads', `/operator/businesses/${businessId}/leads`, asOperator],
  ['operator-thread', `/operator/businesses/${businessId}/leads/${leadId}`, asOperator],
  ['not-found', '/nowhere'],
  ['too-long', '/onboarding', { heading: 'That is too long', act: sendTooMuch }],
  ['from-elsewhere', '/sign-in', { heading: 'Please go back and try again', act: sendFromElsewhere }],
  [
    'server-error',
    '/sign-in',
    { heading: 'Something went wrong on our side', start: { services: () => Promise.reject(new Error('down')) } },
  ],
];
