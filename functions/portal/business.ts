/** What the routes of a signed-in person have in common. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { askToSignInAgain } from './ask-to-sign-in-again';
import { ownPath } from './paths';
import type { PortalEnv } from './services';

export type Request = Context<PortalEnv>;

/** Sends everybody else to the sign-in page, which leads back to this page (an alert's, say), or keeps the form that was sent. */
export const signedIn = createMiddleware<PortalEnv>(async (c, next) => {
  const session = c.var.services.session(c);
  const userId = await session.userId();
  if (!userId) {
    if (c.req.method === 'POST') return askToSignInAgain(c);
    const page = ownPath(c.req.path);
    return c.redirect(page && page !== '/dashboard' ? `/sign-in?${new URLSearchParams({ page }).toString()}` : '/sign-in', 303);
  }
  c.set('userId', userId);
  c.set('session', session);
  c.set('member', session.member);
  return next();
});

/** An id that is no id is somebody else's business. */
export const ofBusiness = createMiddleware<PortalEnv>(async (c, next) => {
  c.set('businessId', idParam(c, 'businessId'));
  await next();
});

/** The uuid in the path; 404 for anything else. */
export function idParam(c: Context, name: string): string {
  return found(z.guid().safeParse(c.req.param(name)).data);
}

/** 404 for what is not there or not this person's: nobody learns which. */
export function found<T>(value: T): Exclude<T, null | undefined | 'not-found'> {
  if (!isThere(value)) throw new HTTPException(404);
  return value;
}

function isThere<T>(value: T): value is Exclude<T, null | undefined | 'not-found'> {
  return value !== null && value !== undefined && value !== 'not-found';
}

/** After a form: back to a page, which says what was done. */
export function done(c: Request, path: string, note: string) {
  return c.redirect(`${path}${path.includes('?') ? '&' : '?'}done=${note}`, 303);
}

/** A number from 1 in the query. */
export function pageNumber(c: Context): number {
  return z.coerce.number().int().min(1).max(100_000).catch(1).parse(c.req.query('page'));
}
