/** The web app behind the portal's function URL. Plain forms first; every page works without JavaScript. */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { log } from '../../shared/log';
import { dashboard } from './dashboard';
import { onboarding } from './onboarding';
import { NotFound, Refused, ServerError } from './pages/errors';
import type { PortalEnv, PortalServices } from './services';
import { signIn } from './sign-in';
import { stylesheet } from './stylesheet';

const maximumBodyBytes = 64 * 1024; // the longest form, typed to the brim in four-byte characters, is 25 KB

/** `baseUrl`: the public URL that people and mails use, without a trailing slash. */
export function createApp(services: PortalServices, baseUrl: string): Hono<PortalEnv> {
  const app = new Hono<PortalEnv>();
  app.use(headers, async (c, next) => {
    c.set('services', services);
    c.set('baseUrl', baseUrl);
    c.header('cache-control', 'no-store');
    await next();
  });
  app.use(csrf({ origin: new URL(baseUrl).origin }));
  app.use(
    bodyLimit({
      maxSize: maximumBodyBytes,
      onError: (c) => c.html(<Refused title="That is too long" advice="Shorten what you typed and send it again." />, 413),
    }),
  );
  app.get('/', (c) => c.redirect('/dashboard', 303));
  app.get('/assets/portal.css', (c) =>
    c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=3600' }),
  );
  app.route('/onboarding', onboarding);
  app.route('/dashboard', dashboard);
  app.route('/', signIn);
  app.notFound((c) => c.html(<NotFound />, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status === 403)
      return c.html(
        <Refused title="Please go back and try again" advice="For your safety we only take forms that were sent from our own pages." />,
        403,
      );
    const reference = randomUUID().slice(0, 8);
    log.error('portal request failed', {
      reference,
      method: c.req.method,
      route: c.req.routePath,
      error: error.name,
      reason: error.message,
    });
    return c.html(<ServerError reference={reference} />, 500);
  });
  return app;
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
