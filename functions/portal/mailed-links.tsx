/** Links of mails: an invitation to a business, the two sides of a changed e-mail, and the calendar feed. A GET never uses one up. */
import { type Context, Hono } from 'hono';
import { hashToken } from '../../shared/token';
import { found } from './business';
import { icalendar } from './icalendar';
import { ConfirmPage, LinkOutcome } from './pages/account-pages';
import type { PortalEnv } from './services';

type Request = Context<PortalEnv>;

export const mailedLinks = new Hono<PortalEnv>({ strict: false })
  .get('/invitation/:token', showInvitation)
  .post('/invitation/:token', acceptInvitation)
  .get('/email-change/:token', showEmailChange)
  .post('/email-change/:token', confirmEmailChange)
  .get('/calendar/:file{[A-Za-z0-9_-]+\\.ics}', feed);

const token = (c: Request) => c.req.param('token') ?? '';
const hash = (c: Request) => hashToken(token(c));

const deadLinks = {
  used: { title: 'This link has been used', text: 'It works once, and it has done its work.' },
  expired: { title: 'This link has expired', text: 'Please ask for a new one.' },
  unknown: {
    title: 'We don’t know this link',
    text: 'Open the link from the latest e-mail again, whole: some mail programs cut it in two.',
  },
  mismatch: { title: 'This invitation is for another address', text: 'Sign in with the address that the invitation was sent to.' },
} as const;

function dead(c: Request, state: keyof typeof deadLinks) {
  const status = { used: 410, expired: 410, unknown: 404, mismatch: 409 } as const;
  return c.html(<LinkOutcome {...deadLinks[state]} href="/sign-in" label="Sign in" />, status[state]);
}

async function showInvitation(c: Request) {
  const { state, email, businessName } = await c.var.services.invitations.find(hash(c));
  if (state !== 'open') return dead(c, state);
  const text = `You join ${businessName} as ${email}: you see its leads and its calendar.`;
  return c.html(
    <ConfirmPage title="You are invited" text={text} action={`/invitation/${encodeURIComponent(token(c))}`} button="Accept and sign in" />,
  );
}

/** Whoever holds the mail has the address: a login is made for it, or the one it has is used. */
async function acceptInvitation(c: Request) {
  const { services } = c.var;
  const { state, email } = await services.invitations.find(hash(c));
  if (state !== 'open' || !email) return dead(c, state === 'open' ? 'unknown' : state);
  const created = (await services.logins.userIdOf(email)) === undefined ? await services.identity.createUser(email) : 'exists';
  const userId = created === 'exists' ? await services.logins.userIdOf(email) : created.userId;
  const accepted = await services.invitations.accept({ tokenHash: hash(c), userId: found(userId) });
  if (accepted.outcome !== 'accepted') return dead(c, accepted.outcome);
  // The invited may have left with another business.
  if (created === 'exists') await services.identity.allowSignIn(found(userId));
  await services.session(c).signInWithToken(await services.identity.signInToken(email));
  return c.redirect(created === 'exists' ? `/dashboard/${accepted.businessId}` : '/set-password', 303);
}

async function showEmailChange(c: Request) {
  const { state, newEmail } = await c.var.services.emailChanges.find(hash(c));
  if (state !== 'open') return dead(c, state);
  const text = `Confirm that you sign in with ${newEmail} from now on.`;
  return c.html(
    <ConfirmPage title="Your new sign-in e-mail" text={text} action={`/email-change/${encodeURIComponent(token(c))}`} button="Confirm" />,
  );
}

async function confirmEmailChange(c: Request) {
  const { emailChanges, identity } = c.var.services;
  const confirmed = await emailChanges.confirm(hash(c));
  const toAccount = { href: '/account', label: 'Your sign-in' };
  if (confirmed.outcome === 'waiting') {
    return c.html(<LinkOutcome title="Confirmed" text="Now use the link that we sent to the other address." {...toAccount} />);
  }
  if (confirmed.outcome !== 'ready') return dead(c, confirmed.outcome);
  if ((await identity.changeEmail(confirmed.userId, confirmed.newEmail)) === 'taken') {
    const text = 'Somebody signs in with this address already, so it cannot be yours as well. Your e-mail stays as it was.';
    return c.html(<LinkOutcome title="This address is taken" text={text} {...toAccount} />, 409);
  }
  await emailChanges.applied(confirmed.changeId);
  return c.html(<LinkOutcome title="Your e-mail is changed" text={`You sign in with ${confirmed.newEmail} from now on.`} {...toAccount} />);
}

/** Calendars ask again and again, without cookies: the address is the key. */
async function feed(c: Request) {
  const bookings = found(await c.var.services.calendarFeeds.find(hashToken((c.req.param('file') ?? '').replace(/\.ics$/, ''))));
  return c.body(icalendar(bookings), 200, { 'content-type': 'text/calendar; charset=utf-8' });
}
