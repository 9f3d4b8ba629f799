/** The portal's Lambda: Hono behind a function URL. */
import { setTimeout } from 'node:timers/promises';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { MailVariables, PublicSupabaseVariables, PublicUrlVariables, variables } from '../../shared/config';
import { FunctionUrlEvent } from '../../shared/function-url';
import {
  calendarFeeds,
  emailChanges,
  eventPublisher,
  executions,
  identity,
  invitations,
  logins,
  mailer,
  mailLog,
  manualReplies,
  noticeLog,
  notices,
  onboardings,
  rateLimits,
  telephony,
} from '../../shared/services';
import { make } from '../../shared/step';
import { createApp } from './app';
import type { PortalServices } from './services';
import { supabaseSession } from './session';

export async function handler(event: LambdaEvent, context: LambdaContext) {
  const ownUrl = urlOf(event);
  const { PUBLIC_URL } = variables(PublicUrlVariables);
  return handle(createApp(services, (PUBLIC_URL ?? ownUrl).replace(/\/+$/, ''), ownUrl))(event, context);
}

async function services(): Promise<PortalServices> {
  const { BRAND: brand } = variables(MailVariables);
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey } = variables(PublicSupabaseVariables);
  const made = await make({
    onboardings,
    eventPublisher,
    executions,
    logins,
    identity,
    mailer,
    mailLog,
    telephony,
    manualReplies,
    invitations,
    emailChanges,
    rateLimits,
    calendarFeeds,
    noticeLog,
    notices,
  });
  return { ...made, brand, wait: (ms) => setTimeout(Math.max(0, ms)), session: (c) => supabaseSession(c, { url, publishableKey }) };
}

/** The function's own URL. Not the Host header, which a proxy changes and a caller can forge. */
function urlOf(event: unknown): string {
  const { headers, requestContext } = FunctionUrlEvent.parse(event);
  return `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;
}
