/** Keeps websites out: the control room answers whoever sits at this machine, and no page of somebody else that runs in their browser. */
import type { MiddlewareHandler } from 'hono';
import { Refusal } from './refusal';

/** 403 for a Host that is not this machine (DNS rebinding), and for changes that come from another origin (CSRF). Throws Refusal. */
export const onlyFromHere: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? '';
  if (!isLoopback(host)) throw new Refusal(403, 'The control room answers only under 127.0.0.1 or localhost.');
  if (!['GET', 'HEAD'].includes(c.req.method))
    refuseForeign({ host, origin: c.req.header('origin'), site: c.req.header('sec-fetch-site') });
  await next();
  for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
};

function isLoopback(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/** Scripts send no Origin; browsers send one with every form and every request that changes something. */
function refuseForeign({ host, origin, site }: { host: string; origin: string | undefined; site: string | undefined }): void {
  const own = origin === undefined || origin === `http://${host}`;
  const sameSite = site === undefined || site === 'same-origin' || site === 'none';
  if (!own || !sameSite)
    throw new Refusal(403, 'This came from a page of another site; the control room takes orders from its own page only.');
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin', // no-referrer would make browsers send "Origin: null" with the page's own forms
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
