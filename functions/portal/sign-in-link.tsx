/** /welcome/:token: the single-use link of a mail. A GET never burns it: mail scanners open links too. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { hashToken } from '../../shared/token';
import { LinkDead, LinkLanding, LinkSent } from './pages/sign-in-pages';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';
import { evenTime, mayAsk } from './sign-in-guard';

type Request = Context<PortalEnv>;

const pathOf = (c: Request) => `/welcome/${encodeURIComponent(c.req.param('token') ?? '')}`;
const hashOf = (c: Request) => hashToken(c.req.param('token') ?? '');

export async function showLink(c: Request) {
  const { state } = await c.var.services.logins.link(hashOf(c));
  return state === 'open' ? c.html(<LinkLanding action={pathOf(c)} />) : dead(c, state);
}

/** Burns the link first and makes the credential second: of two taps one signs in. */
export async function useLink(c: Request) {
  const { outcome, email } = await c.var.services.logins.claimLink(hashOf(c));
  if (outcome !== 'claimed') return dead(c, outcome);
  return email && (await signedIn(c, email)) ? c.redirect('/set-password', 303) : dead(c, 'failed');
}

/** The link is burnt whatever happens here, so every failure ends on the page that has a new one. */
async function signedIn(c: Request, email: string): Promise<boolean> {
  const { services } = c.var;
  try {
    return await services.session(c).signInWithToken(await services.identity.signInToken(email));
  } catch (error) {
    log.error('a link was used and did not sign in', describeError(error));
    return false;
  }
}

export async function renewLink(c: Request) {
  const link = await c.var.services.logins.link(hashOf(c));
  if (link.userId) await requestLink(c, link.userId);
  return c.html(<LinkSent />);
}

/** Words, work and time of the answer are the same whether or not anybody has this address: the mail is sent behind the portal's back. */
export async function mailLinkTo(c: Request) {
  const evened = evenTime(c);
  const { email: typed = '' } = await cleanedFields(c);
  const email = typed.toLowerCase();
  // Whoever asks too often gets the same answer and no mail.
  if (email && (await mayAsk(c))) await requestLink(c, (await c.var.services.logins.userIdOf(email)) ?? randomUUID());
  await evened();
  return c.html(<LinkSent />);
}

async function requestLink(c: Request, userId: string): Promise<void> {
  const detail = { userId, requestedAt: new Date().toISOString() };
  await c.var.services.eventPublisher.publish([{ detailType: 'Link Requested', detail }]);
}

function dead(c: Request, state: 'used' | 'expired' | 'unknown' | 'failed') {
  const status = { used: 410, expired: 410, unknown: 404, failed: 503 } as const;
  return c.html(<LinkDead brand={c.var.services.brand} state={state} renewPath={`${pathOf(c)}/renew`} />, status[state]);
}
