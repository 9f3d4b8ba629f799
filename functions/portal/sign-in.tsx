/** Sign-in, the single-use link of the welcome mail, and setting a password. A GET never burns a link: mail scanners open links too. */
import { type Context, Hono } from 'hono';
import { newSignInLink } from '../../shared/fresh-links';
import { signInLinkMail } from '../../shared/mail/sign-in-link';
import { sendOnce } from '../../shared/send-once';
import { hashToken } from '../../shared/token';
import { LinkDead, LinkLanding, LinkSent, SetPassword, SignIn } from './pages/sign-in-pages';
import type { PortalEnv } from './services';

/** The shortest password that we take. */
export const minimumPasswordLength = 10;

export const signIn = new Hono<PortalEnv>()
  .get('/welcome/:token', showLink)
  .post('/welcome/:token', useLink)
  .post('/welcome/:token/renew', renewLink)
  .get('/sign-in', (c) => c.html(<SignIn email="" />))
  .post('/sign-in', withPassword)
  .post('/sign-in/link', mailLink)
  .get('/set-password', showSetPassword)
  .post('/set-password', setPassword)
  .post('/sign-out', signOut);

type Request = Context<PortalEnv>;

const hashOf = (c: Request) => hashToken(c.req.param('token') ?? '');
const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

async function showLink(c: Request) {
  const { state } = await c.var.services.logins.link(hashOf(c));
  const path = `/welcome/${c.req.param('token')}`;
  if (state === 'open') return c.html(<LinkLanding action={path} />);
  return c.html(<LinkDead state={state} renewPath={`${path}/renew`} />, state === 'unknown' ? 404 : 410);
}

/** Burns the link first and makes the credential second: of two taps one signs in. */
async function useLink(c: Request) {
  const { logins, identity } = c.var.services;
  const claimed = await logins.claimLink(hashOf(c));
  const path = `/welcome/${c.req.param('token')}`;
  if (claimed.outcome !== 'claimed' || !claimed.email) {
    const state = claimed.outcome === 'claimed' ? 'unknown' : claimed.outcome;
    return c.html(<LinkDead state={state} renewPath={`${path}/renew`} />, state === 'unknown' ? 404 : 410);
  }
  const session = c.var.services.session(c);
  if (!(await session.signInWithToken(await identity.signInToken(claimed.email)))) {
    return c.html(<LinkDead state="used" renewPath={`${path}/renew`} />, 410);
  }
  return c.redirect('/set-password', 303);
}

async function renewLink(c: Request) {
  const link = await c.var.services.logins.link(hashOf(c));
  if (link.userId && link.email) await sendLink(c, { userId: link.userId, email: link.email });
  return c.html(<LinkSent />);
}

/** The answer is the same whether or not anybody has this address. */
async function mailLink(c: Request) {
  const body = await c.req.parseBody();
  const email = textOf(body['email']).trim().toLowerCase();
  const userId = email && (await c.var.services.logins.userIdOf(email));
  if (userId) await sendLink(c, { userId, email });
  return c.html(<LinkSent />);
}

async function sendLink(c: Request, { userId, email }: { userId: string; email: string }): Promise<void> {
  const { services, baseUrl } = c.var;
  const compose = async () => signInLinkMail(services.brand, await newSignInLink({ userId, portalUrl: baseUrl }, services));
  // At most one link in ten minutes and person, however often the button is pressed.
  const slot = Math.floor(Date.now() / 600_000);
  await sendOnce({ key: `sign-in-link:${userId}:${slot}`, template: 'sign-in-link', runId: null, to: email, compose }, services);
}

async function withPassword(c: Request) {
  const body = await c.req.parseBody();
  const email = textOf(body['email']).trim().toLowerCase();
  const signedIn = await c.var.services.session(c).signIn(email, textOf(body['password']));
  if (!signedIn)
    return c.html(<SignIn email={email} problem="E-mail or password is not right. You can also have a link e-mailed to you." />, 401);
  return c.redirect('/dashboard', 303);
}

async function showSetPassword(c: Request) {
  const userId = await c.var.services.session(c).userId();
  return userId ? c.html(<SetPassword minimum={minimumPasswordLength} />) : c.redirect('/sign-in', 303);
}

async function setPassword(c: Request) {
  const session = c.var.services.session(c);
  if (!(await session.userId())) return c.redirect('/sign-in', 303);
  const body = await c.req.parseBody();
  const password = textOf(body['password']);
  const refuse = (problem: string) => c.html(<SetPassword minimum={minimumPasswordLength} problem={problem} />, 422);
  if (password.length < minimumPasswordLength) return refuse(`Use at least ${minimumPasswordLength} characters.`);
  if (password !== textOf(body['again'])) return refuse('The two passwords are not the same.');
  const outcome = await session.setPassword(password);
  if (outcome === 'too-weak') return refuse('This password is too easy to guess. Use a longer one.');
  if (outcome === 'failed') return refuse('This could not be saved just now. Please try again.');
  return c.redirect('/dashboard', 303);
}

async function signOut(c: Request) {
  await c.var.services.session(c).signOut();
  return c.redirect('/sign-in', 303);
}
