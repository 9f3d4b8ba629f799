/**
 * Somebody asked for a link to sign in: mails it, if there is such a person. The portal asks for whatever address was typed, known or not, and answers
 * before anything is sent: neither its words nor its time tell who has a login.
 * Idempotent: the mail is claimed once per person and ten minutes.
 */
import { describeError, TerminalError } from '../shared/errors';
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

/** Throws if it must be tried again; what SES refuses for good is logged, and the person asks for help or uses another address. */
export async function sendSignInLink({ userId, requestedAt }: LinkRequested, services: Uses): Promise<void> {
  const { settings } = services;
  const to = await services.logins.emailOf(userId);
  if (!to) return;
  const compose = async () => signInLinkMail(settings.brand, await newSignInLink({ userId, portalUrl: settings.portalUrl }, services));
  const key = `sign-in-link:${userId}:${Math.floor(Date.parse(requestedAt) / slotMs)}`;
  try {
    await sendOnce({ key, template: 'sign-in-link', runId: null, to, compose }, services);
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    log.warn('a link to sign in was refused', { userId, ...describeError(error) });
  }
}

export async function handler(event: unknown): Promise<void> {
  await sendSignInLink(LinkRequested.parse(event), await make({ logins, mailer, mailLog, settings: mailSettings }));
}
