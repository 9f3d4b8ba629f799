import type { Context } from 'hono';
import { SignIn } from './pages/sign-in-pages';
import { postedFields } from './posted-fields';
import type { PortalEnv } from './services';

/** The answer to a form whose session has run out: what was typed is not lost. */
export async function askToSignInAgain(c: Context<PortalEnv>) {
  const interrupted = { path: c.req.path.replace(/\/$/, ''), fields: await postedFields(c) };
  return c.html(<SignIn brand={c.var.services.brand} email="" page="" interrupted={interrupted} />, 401);
}
