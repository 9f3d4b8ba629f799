import type { App } from '@supabase/lite';
import { Hono, type MiddlewareHandler } from 'hono';
import { type Listening, serveApp } from '../kernel/serve';
import { adminApi } from './auth/admin';
import type { AuthContext } from './auth/context';
import { answerAuthError } from './auth/errors';
import { BCRYPT_COST } from './auth/links';
import { type Lite, sessionApi } from './auth/sessions';
import { usersIn } from './auth/users';
import { BASELINE } from './baseline';
import { type Database, openDatabase } from './database';
import { directRpc } from './direct-rpc';
import { quoteFilterValues } from './filters';
import { authMailSender, liteMailer, redirectOfRequest } from './mails';
import { migrate } from './migrations';
import { oneAtATime } from './one-at-a-time';
import { keepingWarnings, muteExpectedErrors } from './quiet';
import type { AuthMail, Settings } from './settings';

/** What the surroundings of an embedded Supabase take part in. */
export interface Surroundings {
  /** Runs before every request, not one at a time. */
  middleware?: MiddlewareHandler;
  deliverMail?: (mail: AuthMail) => void;
}

/** An embedded Supabase; `fetch` answers a request of this process without a connection. */
export interface Embedded extends Listening, Pick<Hono, 'fetch'> {}

/**
 * Starts hardened `@supabase/lite` in this process: database, migrations, REST and Auth on one port of 127.0.0.1.
 * PGlite blocks the event loop while it works, so the stack runs this in a process of its own, see `server.ts`.
 */
export async function startEmbedded(settings: Settings, { middleware, deliverMail }: Surroundings = {}): Promise<Embedded> {
  muteExpectedErrors();
  const database = await openDatabase(settings);
  try {
    const server: { listening?: Listening } = {};
    const apiUrl = () => server.listening?.url ?? '';
    const sendMail = authMailSender({ apiUrl, siteUrl: settings.siteUrl, deliver: deliverMail ?? (() => undefined) });
    const lite = await openLite(database, settings);
    lite._mailer = liteMailer(sendMail);
    await lite.ensureSystemSchema();
    await database.script(BASELINE);
    await migrate(database, settings.migrations, settings.seed);
    await database.keep?.();
    await database.connection.clearSchemaCache();
    await database.connection.introspect({ useCache: true }); // else the first request takes 0.5 s more
    const auth: AuthContext = { keys: settings.keys, siteUrl: settings.siteUrl, users: usersIn(database), apiUrl, sendMail };
    const app = new Hono();
    if (middleware) app.use(middleware);
    if (database.isSingleSession) app.use(oneAtATime());
    app.route('/', supabaseApi(auth, { lite, database }));
    const listening = await serveApp(app, { port: settings.port });
    server.listening = listening;
    return {
      ...listening,
      fetch: app.fetch,
      async close() {
        await listening.close();
        await database.close();
      },
    };
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

async function openLite(database: Database, { keys, siteUrl }: Settings): Promise<App> {
  process.env['LITE_AUTH_BCRYPT_COST'] = String(BCRYPT_COST);
  const { App } = await keepingWarnings(() => import('@supabase/lite'));
  const app = new App({
    connection: database.connection,
    studio: { enabled: false },
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
      site_url: siteUrl,
      additional_redirect_urls: [`${siteUrl}/**`],
      email: { enable_confirmations: true },
    },
    options: { server: { admin: false, disableStudio: true } },
  });
  return app.init();
}

/** Our Auth in front of lite's, and the functions' own calls straight to SQL; everything else is lite's. */
function supabaseApi(auth: AuthContext, { lite: app, database: { atOnce } }: { lite: App; database: Database }): Hono {
  const lite: Lite = (request) => app.fetch(quoteFilterValues(request));
  const api = new Hono();
  api.onError(answerAuthError);
  api.use('/auth/v1/*', (c, next) => redirectOfRequest.run(c.req.query('redirect_to'), next));
  api.route('/auth/v1', adminApi(auth));
  api.route('/auth/v1', sessionApi(auth, lite));
  api.post('/rest/v1/rpc/:name', directRpc({ keys: auth.keys, atOnce, lite }));
  api.all('*', (c) => lite(c.req.raw));
  return api;
}
