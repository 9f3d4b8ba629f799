/** The portal's Lambda: Hono behind a function URL. */
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { MailVariables, PublicSupabaseVariables, PublicUrlVariables, variables } from '../../shared/config';
import { FunctionUrlEvent } from '../../shared/function-url';
import { executions, identity, logins, mailer, mailLog, onboardings } from '../../shared/services';
import { make } from '../../shared/step';
import { createApp } from './app';
import { supabaseSession } from './session';

export async function handler(event: LambdaEvent, context: LambdaContext) {
  const { BRAND: brand } = variables(MailVariables);
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey } = variables(PublicSupabaseVariables);
  const services = await make({ onboardings, executions, logins, identity, mailer, mailLog });
  const app = createApp({ ...services, brand, session: (c) => supabaseSession(c, { url, publishableKey }) }, publicUrl(event));
  return handle(app)(event, context);
}

/** The stage's public URL, not the Host header, which a proxy changes and a caller can forge. */
function publicUrl(event: unknown): string {
  const { PUBLIC_URL } = variables(PublicUrlVariables);
  const { headers, requestContext } = FunctionUrlEvent.parse(event);
  const scheme = headers['x-forwarded-proto'] ?? 'https';
  return (PUBLIC_URL ?? `${scheme}://${requestContext.domainName}`).replace(/\/+$/, '');
}
