/** What the database answers about one business, for tests of pages. */
import type { OffboardingReport, RunOffboardings } from '../../../functions/portal/operator/offboarding-data';
import { offboardingSteps } from '../../../shared/offboarding';
import type { CalendarData } from '../../../functions/portal/member/calendar';
import type { DashboardData } from '../../../functions/portal/member/dashboard';
import type { Account, Frame } from '../../../functions/portal/member/frame';
import type { LeadThread } from '../../../functions/portal/member/leads';
import type { PeopleData } from '../../../functions/portal/member/people';
import type { AuditTrail, SettingsData } from '../../../functions/portal/member/settings';
import type { Board, Clients, FeedbackPage, RunPage } from '../../../functions/portal/operator/operator';
import { stepNames } from '../../../shared/run';
import { defaultWorkingHours } from '../../../shared/working-hours';
import { aForm, businessId, runId, userId } from '../../fakes/a-run';

export const leadId = '7c1e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b77';
export const bookingId = '6d2f5a7f-4d20-4b66-8e1f-1b5d6b4bac88';
export const otherUser = '2a6f2a40-9a0c-4d83-b1c5-2a9f0b7d3c04';
export const mailId = '4b6f2a40-9a0c-4d83-b1c5-2a9f0b7d3c05';
export const feedbackId = '5b6f2a40-9a0c-4d83-b1c5-2a9f0b7d3c06';

type Changes = Partial<Frame['business']>;

export function aFrame(changes: Changes = {}, more: Partial<Frame> = {}): Frame {
  const business = {
    id: businessId,
    name: 'Bright Sparks Electrical',
    phoneNumber: '+61480000001',
    status: 'active',
    timeZone: 'Australia/Sydney',
    repliesPaused: false,
    alertsStopped: false,
    ...changes,
  };
  return {
    business,
    role: 'owner',
    email: 'jo@brightsparks.example',
    businesses: [{ id: business.id, name: business.name }],
    walkthrough: [
      { step: 'set-password', status: 'done', at: '2026-11-22T03:00:00.000Z' },
      { step: 'see-demo', status: 'open', at: null },
      { step: 'text-number', status: 'open', at: null },
      { step: 'check-hours', status: 'open', at: null },
      { step: 'delete-demo', status: 'skipped', at: '2026-11-22T03:00:00.000Z' },
    ],
    ...more,
  };
}

export function aLead(changes: Partial<LeadThread['lead']> = {}): LeadThread['lead'] {
  return {
    id: leadId,
    name: null,
    phone: '+61480000777',
    isTest: false,
    isDemo: false,
    isTrial: false,
    optedOut: false,
    outcome: null,
    takenOverAt: null,
    createdAt: '2026-11-22T03:05:00.000Z',
    lastMessageAt: '2026-11-22T03:05:09.000Z',
    ...changes,
  };
}

export function aBooking(changes: Partial<CalendarData['bookings'][number]> = {}): CalendarData['bookings'][number] {
  return {
    id: bookingId,
    title: 'New powerpoints',
    startsAt: '2026-11-23T22:00:00.000Z',
    endsAt: '2026-11-23T23:30:00.000Z',
    status: 'booked',
    isDemo: false,
    leadId,
    leadName: '+61480000777',
    ...changes,
  };
}

const lastMessage = { direction: 'inbound' as const, text: 'Hi, can you fix a powerpoint on Friday?' };

export function aDashboard(changes: Changes = {}, more: Partial<Frame> = {}): DashboardData {
  return {
    frame: aFrame(changes, more),
    stats: { leadsThisWeek: 3, conversations: 12, replyRate: 0.9167, medianFirstResponseSeconds: 9, bookings: 4 },
    leads: [
      { ...aLead(), lastMessage },
      { ...aLead({ id: otherUser, name: 'Alex (demo)', isDemo: true }), lastMessage: { direction: 'outbound', text: 'See you then!' } },
    ],
    bookings: [aBooking({ isDemo: true, title: 'Demo booking: Alex' }), aBooking({ id: otherUser })],
  };
}

export function aThread(changes: Partial<LeadThread['lead']> = {}, frame = aFrame()): LeadThread {
  return {
    frame,
    lead: aLead(changes),
    total: 3,
    hasEarlier: false,
    hasLater: false,
    messages: [
      {
        id: '1',
        direction: 'inbound',
        body: 'Hi, can you fix a powerpoint on Friday?',
        mediaCount: 1,
        ...plain('2026-11-22T03:05:00.000Z'),
      },
      {
        id: '2',
        direction: 'outbound',
        body: 'Hi, Bright Sparks here. Yes! What is the address?',
        mediaCount: 0,
        ...plain('2026-11-22T03:05:09.000Z'),
      },
      {
        ...plain('2026-11-22T04:05:00.000Z'),
        id: '3',
        direction: 'outbound',
        body: 'Jo here.',
        mediaCount: 0,
        byHand: true,
        delivery: 'sent',
      },
    ],
    bookings: [aBooking()],
  };
}

const plain = (at: string) => ({ at, byHand: false, delivery: null, flagged: false });

export function aCalendar(changes: Partial<CalendarData> = {}, frame = aFrame()): CalendarData {
  return {
    frame,
    today: '2026-11-24',
    firstDay: '2026-11-23',
    from: '2026-11-22T13:00:00.000Z',
    to: '2026-11-29T13:00:00.000Z',
    workingHours: defaultWorkingHours,
    travelBuffer: 30,
    jobDuration: 60,
    hasFeed: true,
    bookings: [
      aBooking(),
      aBooking({
        id: otherUser,
        isDemo: true,
        title: 'Demo booking: Alex',
        startsAt: '2026-11-25T22:00:00.000Z',
        endsAt: '2026-11-25T23:00:00.000Z',
      }),
    ],
    ...changes,
  };
}

export function theSettings(frame = aFrame()): SettingsData {
  return {
    frame,
    workingHours: defaultWorkingHours,
    travelBuffer: 30,
    jobDuration: 60,
    businessName: frame.business.name,
    timeZone: 'Australia/Sydney',
    services: 'Switchboards and lights',
    suburb: 'Parramatta',
    state: 'NSW',
    postcode: '2150',
    notifyBy: 'both',
    notifyEmail: 'jo@brightsparks.example',
    notifyPhone: '+61480000123',
    ringFirst: true,
    ringPhone: '+61480000123',
    ringSeconds: 18,
    replyTone: 'friendly',
    replyTopics: ['services', 'hours'],
    replyFacts: 'Call-out is $90.',
    retentionMonths: 24,
    accessGrant: null,
  };
}

export function thePeople(frame = aFrame()): PeopleData {
  const since = '2026-11-22T03:05:00.000Z';
  return {
    frame,
    people: [
      { userId, email: 'jo@brightsparks.example', role: 'owner', since, lastViewedAt: since, isMe: true },
      { userId: otherUser, email: 'sam@brightsparks.example', role: 'member', since, lastViewedAt: null, isMe: false },
    ],
    invitations: [{ email: 'kim@brightsparks.example', createdAt: since, expiresAt: '2026-12-06T03:05:00.000Z' }],
  };
}

export function aTrail(frame = aFrame()): AuditTrail {
  const at = '2026-11-22T03:05:00.000Z';
  const closed = { ...defaultWorkingHours, friday: { ...defaultWorkingHours.friday, enabled: false } };
  return {
    frame,
    total: 120,
    pageSize: 50,
    entries: [
      {
        id: 3,
        at,
        actor: 'jo@brightsparks.example',
        action: 'changed hours',
        detail: { before: { working_hours: defaultWorkingHours }, after: { working_hours: closed } },
      },
      { id: 2, at, actor: 'jo@brightsparks.example', action: 'marked a lead', detail: { leadId, before: null, after: 'won' } },
      { id: 1, at, actor: 'Sam', action: 'CoreSentia read a flagged reply', detail: { messageId: 2 } },
    ],
  };
}

export function anAccount(changes: Partial<Account> = {}): Account {
  return {
    email: 'jo@brightsparks.example',
    operatorName: null,
    businesses: [{ id: businessId, name: 'Bright Sparks Electrical' }],
    emailChange: null,
    ...changes,
  };
}

const summary = {
  runId,
  invoiceNumber: 'INV-0042',
  executionId: 'arn:aws:states:ap-southeast-2:000000000000:execution:coresentia-prod-provisioning:one',
  status: 'running' as const,
  clientName: 'Bright Sparks',
  clientStatus: 'Onboarding',
  businessId,
  businessName: 'Bright Sparks Electrical',
  phoneNumber: '+61480000001',
  createdAt: '2026-11-22T00:00:00.000Z',
  liveAt: null,
  completedAt: null,
  redrives: 1,
  stepsDone: 9,
  currentStep: 'VerifySystem' as const,
  failure: { step: 'VerifySystem' as const, error: 'ReplyInappropriate', message: 'the reply does not name the business' },
};
const stuck = { waitingFor: 'operator' as const, since: '2026-11-22T02:00:00.000Z', sinceMs: 5_400_000, isStuck: true };

export function aBoard(): Board {
  const waiting = { waitingFor: 'client' as const, since: '2026-11-22T02:00:00.000Z', sinceMs: 60_000, isStuck: false };
  return {
    operatorName: 'Sam',
    pageSize: 50,
    total: 120,
    stuck: 1,
    runs: [
      { ...summary, standing: stuck, unsettledMails: 1, oddAnswers: 2, walkthrough: { steps: 5, done: 3, skipped: 1 } },
      {
        ...summary,
        runId: otherUser,
        businessName: null,
        failure: null,
        standing: waiting,
        unsettledMails: 0,
        oddAnswers: 0,
        walkthrough: null,
      },
    ],
  };
}

const watch = { failedSignIns: 4, bugs: 1, confusions: 0, featureRequests: 2, flaggedReplies: 1, unread: 3 };
export const watched = {
  operatorName: 'Sam',
  total: 2,
  businesses: [{ businessId, businessName: 'Bright Sparks Electrical', runId, watch }],
};

export function aRunPage(): RunPage {
  const times = { startedAt: '2026-11-22T00:00:01.000Z', finishedAt: '2026-11-22T00:00:02.000Z' };
  const step = {
    attempts: 1,
    ...times,
    evidence: { number: '+61480000001' },
    error: null,
    errorMessage: null,
    machineMs: 1200,
    clientMs: 0,
    operatorMs: 0,
  };
  return {
    operatorName: 'Sam',
    report: {
      ...summary,
      invoiceId: '2c7d8f00-52f7-4a3c-9f3e-5d5c0d1e1f04',
      checksScheduled: null,
      steps: stepNames.map((name) => ({
        ...step,
        step: name,
        status: name === 'VerifySystem' ? 'failed' : 'done',
        ...(name === 'VerifySystem' && { error: 'ReplyInappropriate', errorMessage: 'the reply does not name the business' }),
      })),
      corrections: [{ at: times.startedAt, actor: 'Sam', action: 'redrive', detail: {} }],
      notes: '2026-11-22 00:00 UTC, Sam: called Jo',
      elapsedMs: 600_000,
    },
    standing: stuck,
    failedRun: {
      invoiceNumber: 'INV-0042',
      done: ['ConfirmDeposit'],
      numberState: 'configured',
      priceCeiling: { amountCents: 1000, currency: 'USD' },
    },
    client: { name: 'Bright Sparks', firstName: 'Jo', email: 'jo@brightsparks.example', phone: null, status: 'Onboarding' },
    submission: { form: { ...aForm() }, submittedAt: times.startedAt, updatedAt: null, reviewedAt: null, reviewedBy: null },
    canInvite: true,
    canSignIn: true,
    loginEmail: 'jo@brightsparks.example',
    mails: [{ ...anUnsettledMail, template: 'confirmation', claimedAt: times.startedAt, sentAgainBy: 'redrive' }],
    walkthroughs: [{ email: 'jo@brightsparks.example', role: 'owner', lastViewedAt: null, steps: aFrame().walkthrough }],
    watch,
    access: '2026-11-23T00:00:00.000Z',
  };
}

export function someClients(): Clients {
  return {
    operatorName: 'Sam',
    total: 1,
    pageSize: 50,
    clients: [
      {
        clientId: otherUser,
        name: '=HYPERLINK("https://evil.example")',
        firstName: 'Jo',
        email: 'jo@brightsparks.example',
        phone: '+61480000123',
        status: 'Onboarding',
        createdAt: '2026-11-22T00:00:00.000Z',
        liveAt: null,
        runId,
        invoiceNumber: 'INV-0042',
        businessId,
        businessName: 'Bright Sparks Electrical',
        phoneNumber: '+61480000001',
      },
    ],
  };
}

export function someFeedback(): FeedbackPage {
  const one = {
    id: feedbackId,
    kind: 'wrong-reply' as const,
    body: 'We do not do solar.',
    page: 'Conversation',
    status: 'new' as const,
    at: '2026-11-22T00:00:00.000Z',
    businessId,
    businessName: 'Bright Sparks Electrical',
    runId,
    from: 'jo@brightsparks.example',
    hasMessage: true,
  };
  return { operatorName: 'Sam', pageSize: 50, total: 1, feedback: [one] };
}

/** Everything that a member's pages read. */
export function answers(frame = aFrame()) {
  return {
    account: anAccount({ businesses: frame.businesses }),
    frame,
    dashboard: { ...aDashboard(), frame },
    leadList: { frame, leads: aDashboard().leads, total: 60, pageSize: 25 },
    leadThread: aThread({}, frame),
    markLead: 'done',
    takeOver: 'done',
    writeReply: { messageId: '9' },
    deleteLead: 'done',
    exportLeads: { frame, rows: [], total: 0 },
    calendar: aCalendar({}, frame),
    booking: { frame, booking: aBooking(), jobDuration: 60 },
    createBooking: { bookingId },
    moveBooking: { bookingId },
    cancelBooking: 'done',
    deleteDemo: 'done',
    setCalendarFeed: 'done',
    pauseReplies: 'done',
    settings: theSettings(frame),
    changeHours: 'done',
    changeDetails: 'done',
    changeNotifications: 'done',
    changeCalls: 'done',
    changeReplies: 'done',
    changeRetention: 'done',
    grantAccess: 'done',
    auditTrail: aTrail(frame),
    people: thePeople(frame),
    inviteMember: 'done',
    withdrawInvitation: 'done',
    removeMember: 'done',
    handOver: 'done',
    requestEmailChange: { oldEmail: 'jo@brightsparks.example' },
    withdrawEmailChange: true,
    giveFeedback: { feedbackId, isNew: true },
    walkthroughDone: true,
    walkthroughSkip: true,
  };
}

/** Everything that the operator's pages read. */
export const offboardingId = '6d1c0a52-3c55-4c0e-9d2b-0d8f4a1b2c10';

/** In quarantine since a month and a day, started by somebody else. */
export function anOffboardingReport(changes: Partial<OffboardingReport> = {}): OffboardingReport {
  return {
    offboardingId,
    runId,
    reason: 'Closed their shop',
    executionId: 'arn:aws:states:ap-southeast-2:000000000000:execution:coresentia-prod-offboarding:one',
    startedBy: 'Maya',
    startedByMe: false,
    startedAt: '2026-10-22T00:00:00.000Z',
    releaseAfter: '2026-11-21T00:00:00.000Z',
    decision: null,
    decidedBy: null,
    decidedAt: null,
    completedAt: null,
    undoneAt: null,
    stoppedStep: null,
    runWas: 'completed',
    failedStep: null,
    isDue: true,
    endedAt: null,
    mayStartAgain: false,
    invoiceNumber: 'INV-0042',
    clientName: 'Bright Sparks Pty Ltd',
    businessName: 'Bright Sparks Electrical',
    phoneNumber: '+61480000001',
    steps: offboardingSteps.map((step) => ({
      step,
      status: 'done',
      attempts: 1,
      finishedAt: '2026-10-22T00:00:01.000Z',
      evidence: { blocked: 1, number: null },
      error: null,
      errorMessage: null,
    })),
    ...changes,
  };
}

export function someOffboardings(offboardings: OffboardingReport[] = [anOffboardingReport()], isUnmoved = false): RunOffboardings {
  const { invoiceNumber, clientName, businessName, phoneNumber } = anOffboardingReport();
  const client = { invoiceNumber, clientName, clientStatus: 'Suspended', businessName, phoneNumber };
  return { operatorName: 'Sam', runId, ...client, isUnmoved, offboardings };
}

/** Of nobody's run. */
const anUnsettledMail = {
  id: mailId,
  template: 'sign-in-link',
  status: 'unknown',
  claimedAt: '2026-11-22T00:00:00.000Z',
  sentAt: null,
  deliveredAt: null,
  bouncedAt: null,
  settledBy: null,
  needsWord: true,
  sentAgainBy: null,
} as const;

function someAudits() {
  const times = { firstSeenAt: '2026-11-21T00:00:00+00:00', lastSeenAt: '2026-11-22T00:00:00+00:00' };
  const finding = {
    id: feedbackId,
    audit: 'numbers',
    kind: 'number-orphaned',
    subject: 'PN1',
    detail: 'PN1 is lost',
    isAnnounced: true,
    ...times,
  };
  return {
    operatorName: 'Sam',
    openTotal: 61,
    open: [
      { ...finding, runId, invoiceNumber: 'INV-0042', occurrences: 2, resolvedAt: null, mail: null },
      {
        ...finding,
        audit: 'mails',
        kind: 'mail-unconfirmed',
        subject: `${mailId} sign-in-link`,
        runId: null,
        invoiceNumber: null,
        occurrences: 1,
        resolvedAt: null,
        mail: { ...anUnsettledMail, to: 'jo@brightsparks.example' },
      },
    ],
    resolved: [
      { ...finding, kind: 'of-later', runId: null, invoiceNumber: null, occurrences: 1, resolvedAt: times.lastSeenAt, mail: null },
    ],
    rounds: { numbers: '2026-11-22T00:00:00.000Z' },
  };
}

export function operatorAnswers() {
  const thread = {
    operatorName: 'Sam',
    businessName: 'Bright Sparks Electrical',
    hasEarlier: true,
    lead: aLead(),
    messages: [{ id: '1', direction: 'inbound', body: 'Hi', at: '2026-11-22T00:00:00.000Z' }],
  };
  return {
    board: aBoard(),
    watchList: watched,
    audits: someAudits(),
    runPage: aRunPage(),
    addNote: 'done',
    planResend: { count: 1, email: 'jo@brightsparks.example', firstName: 'Jo', userId, invoiceNumber: 'INV-0042' },
    approveForm: 'done',
    correctForm: 'done',
    settleMail: { template: 'confirmation', sentAgainBy: 'redrive' },
    clients: someClients(),
    feedback: someFeedback(),
    setFeedback: 'done',
    flaggedMessage: { feedbackId, comment: 'We do not do solar.', body: 'Yes, we do solar!', at: '2026-11-22T00:00:00.000Z' },
    clientLeads: { operatorName: 'Sam', businessName: 'Bright Sparks Electrical', leads: [aLead()] },
    clientThread: thread,
    offboardings: { operatorName: 'Sam', offboardings: [anOffboardingReport()] },
    runOffboardings: someOffboardings(),
    offboard: { outcome: 'done', offboardingId },
    decideOffboarding: { outcome: 'done', taskToken: 'token' },
    restartOffboarding: { outcome: 'done' },
  };
}
