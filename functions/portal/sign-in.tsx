/** Sign-in, with a password or by a link in a mail, and setting a password. */
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { interruptedIn } from './interrupted';
import { GoOn, SetPassword, SignIn } from './pages/sign-in-pages';
import { cleaned, postedFields } from './posted-fields';
import { duration } from './local-time';
import { ownPath } from './paths';
import type { PortalEnv } from './services';
import type { Session } from './session';
import { mustWait, noteFailure, evenTime } from './sign-in-guard';
import { mailLinkTo, showLink, renewLink, useLink } from './sign-in-link';

/** The shortest password that we take; Supabase Auth takes at most 72 bytes (bcrypt). */
export const passwordLength = { minimum: 10, maximumBytes: 72 };

export const signIn = new Hono<PortalEnv>({ strict: false })
  .get('/welcome/:token', showLink)
  .post('/welcome/:token', useLink)
  .post('/welcome/:token/renew', renewLink)
  .get('/sign-in', showSignIn)
  .post('/sign-in', withPassword)
  .post('/sign-in/link', mailLinkTo)
  .get('/set-password', showSetPassword)
  .post('/set-password', setPassword)
  .post('/sign-out', signOut)
  // Somebody opened the address of a button's answer again.
  .get('/welcome/:token/renew', (c) => c.redirect(`/welcome/${encodeURIComponent(c.req.param('token'))}`, 303))
  .get('/sign-in/link', (c) => c.redirect('/sign-in', 303))
  .get('/sign-out', (c) => c.redirect('/dashboard', 303));

type Request = Context<PortalEnv>;

/** Whose walkthrough led to the password: an id and never an address, so that a link cannot send anybody elsewhere. */
function businessOf(id: string | undefined): string {
  return z.uuid().safeParse(id).success ? (id ?? '') : '';
}

function showSignIn(c: Request) {
  const { brand } = c.var.services;
  return c.html(<SignIn brand={brand} email="" page={ownPath(c.req.query('page') ?? '')} note={c.req.query('done')} />);
}

async function withPassword(c: Request) {
  const evened = evenTime(c);
  const fields = await postedFields(c);
  const email = cleaned(fields['email'] ?? '').toLowerCase();
  const page = ownPath(fields['page'] ?? '');
  const interrupted = interruptedIn(fields);
  const { brand } = c.var.services;
  const again = (problem: string, status: 401 | 429 | 503) => c.html(<SignIn {...{ brand, email, page, problem, interrupted }} />, status);
  const wait = await mustWait(c, email);
  if (wait !== null) return again(`There were too many tries. Wait ${duration(wait)}, or have a link e-mailed to you.`, 429);
  try {
    const signedIn = await c.var.services.session(c).signIn(email, fields['password'] ?? '');
    if (signedIn) return interrupted ? c.html(<GoOn interrupted={interrupted} />) : c.redirect(page || '/dashboard', 303);
  } catch (error) {
    log.error('sign-in with a password failed', describeError(error));
    const problem = 'Signing in does not work just now. Please try again in a minute.';
    return again(problem, 503);
  }
  await noteFailure(c, email);
  await evened();
  return again('E-mail or password is not right. You can also have a link e-mailed to you.', 401);
}

async function showSetPassword(c: Request) {
  const userId = await c.var.services.session(c).userId();
  const business = businessOf(c.req.query('business'));
  return userId ? c.html(<SetPassword minimum={passwordLength.minimum} business={business} />) : c.redirect('/sign-in', 303);
}

async function setPassword(c: Request) {
  const session = c.var.services.session(c);
  if (!(await session.userId())) return c.redirect('/sign-in', 303);
  const { password = '', again = '', business: typed } = await postedFields(c);
  const business = businessOf(typed);
  const problem = problemWith(password, again) ?? refusals[await session.setPassword(password)];
  if (problem) return c.html(<SetPassword minimum={passwordLength.minimum} business={business} problem={problem} />, 422);
  await notePassword(session);
  return c.redirect(business ? `/dashboard/${business}/walkthrough?done=password-set` : '/dashboard', 303);
}

/** The walkthrough's first step; a password that is set must not look as if it were not. */
async function notePassword(session: Session): Promise<void> {
  try {
    await session.member.walkthroughDone(null, 'set-password');
  } catch (error) {
    log.warn('a password was set and the walkthrough does not know it', describeError(error));
  }
}

function problemWith(password: string, again: string): string | null {
  if (password.length < passwordLength.minimum) return `Use at least ${passwordLength.minimum} characters.`;
  if (Buffer.byteLength(password) > passwordLength.maximumBytes) return `Use at most ${passwordLength.maximumBytes} characters.`;
  return password === again ? null : 'The two passwords are not the same.';
}

const refusals = {
  set: null,
  'same-as-before': null,
  'too-weak': 'This password is too easy to guess. Use a longer one.',
  refused: 'This password was not accepted. Please choose another one.',
};

async function signOut(c: Request) {
  await c.var.services.session(c).signOut();
  return c.redirect('/sign-in', 303);
}
