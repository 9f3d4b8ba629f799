/** The web app behind the portal's function URL. Plain forms first; every page works without JavaScript. */
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { describeError, TransientError } from '../../shared/errors';
import { log } from '../../shared/log';
import { account } from './account';
import { assets } from './assets';
import { dashboard } from './dashboard';
import { mailedLinks } from './mailed-links';
import { onboarding } from './onboarding';
import { operator } from './operator/routes';
import { NotFound, Refused, ServerError } from './pages/errors';
import { plainForms } from './posted-fields';
import type { PortalEnv, PortalServices } from './services';
import { signIn } from './sign-in';

/** The longest form, typed to the brim in characters of three bytes, is 5,440 × 9 = 49 KB of percent-encoding. */
const maximumBodyBytes = 64 * 1024;

/** `services` is asked at each page, so that a failing secret store shows an error page; `baseUrl`: the public URL that people and mails use, without a trailing slash; `ownUrl`: the function's own, where links of older mails still lead. */
export function createApp(services: () => Promise<PortalServices>, baseUrl: string, ownUrl = baseUrl): Hono<PortalEnv> {
  const app = new Hono<PortalEnv>({ strict: false });
  app.use(headers);
  app.route('/assets', assets);
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.use(plainForms, csrf({ origin: [new URL(baseUrl).origin, new URL(ownUrl).origin] }), bodyLimit({ maxSize: maximumBodyBytes }));
  app.use(async (c, next) => {
    c.set('baseUrl', baseUrl);
    c.set('services', await services());
    await next();
  });
  app.get('/', (c) => c.redirect('/dashboard', 303));
  app.route('/onboarding', onboarding);
  app.route('/dashboard', dashboard);
  app.route('/account', account);
  app.route('/operator', operator);
  app.route('/', mailedLinks);
  app.route('/', signIn);
  app.notFound((c) => c.html(<NotFound />, 404));
  app.onError(errorPage);
  return app;
}

function errorPage(error: Error, c: Context<PortalEnv>) {
  if (error instanceof HTTPException && error.status === 404) return c.html(<NotFound />, 404);
  if (error instanceof HTTPException && error.status < 500) return c.html(<Refused status={error.status} />, error.status);
  const reference = randomUUID().slice(0, 8);
  log.error('portal request failed', { reference, method: c.req.method, route: c.req.routePath, ...describeError(error) });
  return c.html(<ServerError reference={reference} />, error instanceof TransientError ? 503 : 500);
}

/** `same-origin`, not `no-referrer`: the latter makes browsers send `Origin: null` with our own forms, and a link's token still goes to nobody else. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  xFrameOptions: 'DENY',
});
