/**
 * Somebody asked for a link to sign in: mails it, if there is such a person. The portal asks for whatever address was typed, known or not, and answers
 * before anything is sent: neither its words nor its time tell who has a login.
 * Idempotent: the mail is claimed once per person and ten minutes.
 */
import { describeError, TerminalError, TransientError } from '../shared/errors';
import { LinkRequested } from '../shared/events';
import { newSignInLink } from '../shared/fresh-links';
import { log } from '../shared/log';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import { signInLinkMail } from '../shared/mail/sign-in-link';
import type { Services } from '../shared/ports';
import { sendOnce } from '../shared/send-once';
import { logins, mailer, mailLog } from '../shared/services';
import { make } from '../shared/step';

type Uses = Pick<Services, 'logins' | 'mailer' | 'mailLog'> & { settings: MailSettings };
const slotMs = 600_000;

/** Throws if trying again can help. What SES refuses, or may have sent, stays as it is: whoever waits asks again, and the audit of mails tells the operator. */
export async function sendSignInLink({ userId, requestedAt }: LinkRequested, services: Uses): Promise<void> {
  const { settings } = services;
  const to = await services.logins.emailOf(userId);
  if (!to) return;
  const compose = async () => signInLinkMail(settings.brand, await newSignInLink({ userId, portalUrl: settings.portalUrl }, services));
  const key = `sign-in-link:${userId}:${Math.floor(Date.parse(requestedAt) / slotMs)}`;
  try {
    await sendOnce({ key, template: 'sign-in-link', runId: null, to, compose }, services);
  } catch (error) {
    if (canHelp(error)) throw error;
    log.warn('a link was asked for and not surely mailed', { userId, ...describeError(error) });
  }
}

function canHelp(error: unknown): boolean {
  const isInDoubt = error instanceof TransientError && error.name === 'EmailUnconfirmed';
  return !(error instanceof TerminalError) && !isInDoubt;
}

export async function handler(event: unknown): Promise<void> {
  await sendSignInLink(LinkRequested.parse(event), await make({ logins, mailer, mailLog, settings: mailSettings }));
}
