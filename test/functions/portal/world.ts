import { createApp } from '../../../functions/portal/app';
import type { PortalServices } from '../../../functions/portal/services';
import { sendSignInLink } from '../../../functions/send-sign-in-link';
import { hashToken } from '../../../shared/token';
import { businessId, runId, userId } from '../../fakes/a-run';
import { fakeEventPublisher } from '../../fakes/event-publisher';
import { fakeExecutions } from '../../fakes/executions';
import { fakeIdentity } from '../../fakes/identity';
import { fakeLogins } from '../../fakes/logins';
import { fakeMailer } from '../../fakes/mailer';
import { fakeMailLog } from '../../fakes/mail-log';
import { fakeNoticeLog } from '../../fakes/notice-log';
import { fakeNotices } from '../../fakes/notices';
import { fakeOnboardings } from '../../fakes/onboardings';
import { fakeCalendarFeeds, fakeEmailChanges, fakeInvitations, fakeManualReplies, fakeRateLimits } from '../../fakes/portal';
import { fakeSession } from '../../fakes/session';
import { fakeTelephony } from '../../fakes/telephony';
import { answers } from './samples';

export const baseUrl = 'https://portal.example';
export const email = 'jo@brightsparks.example';
export const contact = { email, name: 'Bright Sparks', firstName: 'Jo' };
/** Tokens of links that every world has. */
export const [invite, expiredInvite, welcome, expiredWelcome] = ['i', 'e', 'w', 'x'].map((letter) => letter.repeat(43)) as [
  string,
  string,
  string,
  string,
];
export const form = `/onboarding/${invite}`;

export const brand = {
  name: 'CoreSentia',
  fromEmail: 'hello@coresentia.example',
  replyTo: 'hello@coresentia.example',
  signerName: 'Sam',
  phone: '+61480000009',
  legalName: 'CoreSentia Pty Ltd',
  abn: '12 345 678 901',
  websiteUrl: 'https://coresentia.example',
};

/** What a person types who does nothing odd. */
export function typed(changes: Record<string, string> = {}): Record<string, string> {
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [`${day}_enabled`, 'on']);
  const times = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].flatMap((day) => [
    [`${day}_start`, '09:00'],
    [`${day}_end`, '17:00'],
  ]);
  return {
    businessName: 'Bright Sparks Electrical',
    services: 'Switchboards and lights',
    suburb: 'Parramatta',
    state: 'NSW',
    postcode: '2150',
    timeZone: '',
    firstName: 'Jo',
    lastName: 'Miller',
    email: 'Jo@BrightSparks.example',
    mobile: '0480 000 123',
    currentBookingProcess: 'They call me',
    goals: 'Miss no call',
    ...Object.fromEntries([...week, ...times]),
    ...changes,
  };
}

type Uses = Omit<Parameters<typeof sendSignInLink>[1], 'settings'>;

interface Start {
  onboardings?: Parameters<typeof fakeOnboardings>[0];
  eventPublisher?: Parameters<typeof fakeEventPublisher>[0];
  executions?: Parameters<typeof fakeExecutions>[0];
  logins?: Parameters<typeof fakeLogins>[0];
  identity?: Parameters<typeof fakeIdentity>[0];
  mailer?: Parameters<typeof fakeMailer>[0];
  mailLog?: Parameters<typeof fakeMailLog>[0];
  session?: Parameters<typeof fakeSession>[0];
  telephony?: Parameters<typeof fakeTelephony>[0];
  manualReplies?: Parameters<typeof fakeManualReplies>[0];
  invitations?: Parameters<typeof fakeInvitations>[0];
  emailChanges?: Parameters<typeof fakeEmailChanges>[0];
  rateLimits?: Parameters<typeof fakeRateLimits>[0];
  calendarFeeds?: Parameters<typeof fakeCalendarFeeds>[0];
  notices?: Parameters<typeof fakeNotices>[0];
  services?: () => Promise<PortalServices>;
}

/** The portal over fakes: one run with an open and an expired invite, one user with an open and an expired sign-in link. */
export async function world(start: Start = {}) {
  const users = [{ userId, email }];
  const onboardings = fakeOnboardings({ contact, ...start.onboardings });
  const executions = fakeExecutions(start.executions);
  const logins = fakeLogins({ users, ...start.logins });
  const identity = fakeIdentity({ users, ...start.identity });
  const session = fakeSession({ people: [{ userId, email, businesses: [businessId] }], member: answers(), ...start.session });
  const services = {
    onboardings,
    eventPublisher: fakeEventPublisher(start.eventPublisher),
    executions,
    logins,
    identity: {
      ...identity,
      async signInToken(address: string) {
        const token = await identity.signInToken(address);
        session.credentials.set(token.tokenHash, address);
        return token;
      },
    },
    telephony: fakeTelephony(start.telephony),
    manualReplies: fakeManualReplies(start.manualReplies),
    invitations: fakeInvitations(start.invitations),
    emailChanges: fakeEmailChanges(start.emailChanges),
    rateLimits: fakeRateLimits(start.rateLimits),
    calendarFeeds: fakeCalendarFeeds(start.calendarFeeds),
    mailer: fakeMailer(start.mailer),
    mailLog: fakeMailLog(start.mailLog),
    noticeLog: fakeNoticeLog(),
    notices: fakeNotices(start.notices),
    brand,
    waits: [] as number[],
    wait: async (ms: number) => void services.waits.push(ms),
    session: session.session,
  };
  await openLinks(services);
  const app = createApp(start.services ?? (async () => services), baseUrl);
  return { ...services, people: session, app, mailLinks: () => mailLinks(services), ...client(app) };
}

async function openLinks({ onboardings, logins }: Pick<PortalServices, 'onboardings' | 'logins'>): Promise<void> {
  const [past, future] = [new Date('2026-11-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
  await onboardings.createInvite({ runId, tokenHash: hashToken(invite), expiresAt: future });
  await onboardings.createInvite({ runId, tokenHash: hashToken(expiredInvite), expiresAt: past });
  await logins.createLink({ userId, tokenHash: hashToken(welcome), expiresAt: future });
  await logins.createLink({ userId, tokenHash: hashToken(expiredWelcome), expiresAt: past });
}

/** What send-sign-in-link does behind the portal's back. */
async function mailLinks(services: Uses & { eventPublisher: ReturnType<typeof fakeEventPublisher> }): Promise<void> {
  for (const { detailType, detail } of services.eventPublisher.published.splice(0))
    if (detailType === 'Link Requested') await sendSignInLink(detail, { ...services, settings: { brand, portalUrl: baseUrl } });
}

/** Requests as a browser sends them; `signedIn` as the user of the world. */
function client(app: ReturnType<typeof createApp>) {
  const page = async (path: string, init: RequestInit) => {
    const answer = await app.request(path, init);
    return { status: answer.status, headers: answer.headers, location: answer.headers.get('location'), html: await answer.text() };
  };
  const cookie = { cookie: `coresentia=${userId}` };
  const get = (path: string, headers: Record<string, string> = {}) => page(path, { headers });
  const post = (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    page(path, { method: 'POST', headers: { origin: baseUrl, ...headers }, body: new URLSearchParams(fields) });
  return {
    get,
    post,
    request: page,
    signedIn: {
      get: (path: string) => get(path, cookie),
      post: (path: string, fields: Record<string, string> = {}) => post(path, fields, cookie),
    },
  };
}

/** What the log says while `work` runs. */
export async function logged(work: () => Promise<unknown>): Promise<string> {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await work();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}
