/** /account: the person's own sign-in, whatever the business: password, e-mail, devices. */
import { Hono } from 'hono';
import { emailChangeMail } from '../../shared/mail/email-change';
import { hashToken, newToken } from '../../shared/token';
import { done, found, type Request, signedIn } from './business';
import { mailLink } from './mail-link';
import { AccountPage } from './pages/account-pages';
import { cleanedFields, isAddress } from './posted-fields';
import type { PortalEnv } from './services';

export const account = new Hono<PortalEnv>({ strict: false })
  .use(signedIn)
  .get('/', show)
  .post('/email', changeEmail)
  .post('/email/withdraw', withdraw)
  .post('/sign-out-everywhere', signOutEverywhere)
  .get('/*', (c) => c.redirect('/account', 303));

/** The links work for a day: whoever asks is at the screen. */
const dayMs = 86_400_000;

async function show(c: Request) {
  return c.html(<AccountPage account={await c.var.member.account()} note={c.req.query('done')} />);
}

const refusals = {
  email: 'Enter an e-mail address like jo@example.com.au.',
  'same-as-before': 'You sign in with this address already.',
  'too-many': 'You have asked for this a few times today. Please try again tomorrow.',
};

/** Both addresses confirm: a stolen session alone takes nobody's account away. */
async function changeEmail(c: Request) {
  const { member, services, session } = c.var;
  const { email: typed = '' } = await cleanedFields(c);
  const newEmail = typed.toLowerCase();
  const refuse = async (reason: keyof typeof refusals) =>
    c.html(<AccountPage account={await member.account()} typed={typed} problem={refusals[reason]} />, 422);
  if (!isAddress(newEmail)) return refuse('email');
  const hit = await services.rateLimits.hit({ key: `email-change:${await session.userId()}`, limit: 5, windowSeconds: 86_400 });
  if (!hit.allowed) return refuse('too-many');
  const links = { old: newToken(), new: newToken() };
  const wish = {
    newEmail,
    oldTokenHash: hashToken(links.old),
    newTokenHash: hashToken(links.new),
    expiresAt: new Date(Date.now() + dayMs),
  };
  const asked = found(await member.requestEmailChange(wish));
  if (typeof asked === 'string') return refuse(asked);
  await mailConfirmation(c, { side: 'old', to: asked.oldEmail, token: links.old, newEmail });
  await mailConfirmation(c, { side: 'new', to: newEmail, token: links.new, newEmail });
  return done(c, '/account', 'email-change-asked');
}

interface Confirmation {
  side: 'old' | 'new';
  to: string;
  token: string;
  newEmail: string;
}

async function mailConfirmation(c: Request, { side, to, token, newEmail }: Confirmation): Promise<void> {
  const { services, baseUrl } = c.var;
  const compose = () => emailChangeMail(services.brand, { side, newEmail, url: `${baseUrl}/email-change/${token}` });
  await mailLink({ key: `email-change:${hashToken(token)}`, template: 'email-change', runId: null, to, compose }, services);
}

async function withdraw(c: Request) {
  await c.var.member.withdrawEmailChange();
  return done(c, '/account', 'email-change-withdrawn');
}

/** This device's cookies go whatever the Auth server says. */
async function signOutEverywhere(c: Request) {
  if (await c.var.session.signOutEverywhere()) return c.redirect('/sign-in?done=signed-out', 303);
  const problem = 'The other devices could not be signed out just now. Please try again in a minute.';
  return c.html(<AccountPage account={await c.var.member.account()} problem={problem} />, 503);
}
