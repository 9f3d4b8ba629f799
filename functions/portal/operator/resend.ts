/** The operator sends a mail again: a fresh link each time, under a key of its own. */
import { TerminalError, TransientError } from '../../../shared/errors';
import { newInviteLink, newSignInLink } from '../../../shared/fresh-links';
import { freshInviteMail } from '../../../shared/mail/fresh-invite';
import type { Mail } from '../../../shared/mail/mail';
import { reminderMail } from '../../../shared/mail/reminder';
import { signInLinkMail } from '../../../shared/mail/sign-in-link';
import { hintFor } from '../../../shared/runbook-hints';
import { sendOnce } from '../../../shared/send-once';
import { ownStage } from '../../../shared/stage';
import type { PortalServices } from '../services';
import type { ResendKind } from './operator';

interface Resend {
  kind: ResendKind;
  runId: string;
  /** How many times by now. */
  count: number;
  email: string;
  firstName: string | null;
  userId: string | null;
}

/** Throws as `sendOnce` does: the operator must see that a mail did not surely go out. */
export async function resend(mail: Resend, { services, baseUrl }: { services: PortalServices; baseUrl: string }): Promise<void> {
  const { kind, runId, count, email } = mail;
  const compose = () => composed(mail, { services, baseUrl });
  await sendOnce({ key: `${runId}:${kind}-by-operator-${count}`, template: `${kind}-by-operator`, runId, to: email, compose }, services);
}

/** What the operator reads of it: whether the mail can have gone out, and what to do. Throws what is none of our errors. */
export function resendFailure(error: unknown): string {
  if (error instanceof TerminalError) {
    const { what, do: action } = hintFor({ state: '', error: error.name, stage: ownStage() });
    return `Nothing went out: ${what}. ${action}`;
  }
  if (!(error instanceof TransientError)) throw error;
  if (error.accepted === 'no') return `Nothing went out: ${error.message}. Try again in a few minutes.`;
  return 'Nobody knows whether the mail went out. Look at “Mails” below in a minute, and ask the client before you send another.';
}

async function composed(
  { kind, runId, firstName, userId }: Resend,
  { services, baseUrl }: { services: PortalServices; baseUrl: string },
): Promise<Mail> {
  const { brand } = services;
  if (kind === 'sign-in-link') {
    if (!userId) throw new Error('a sign-in link for nobody');
    return signInLinkMail(brand, await newSignInLink({ userId, portalUrl: baseUrl }, services));
  }
  const { url: formUrl } = await newInviteLink({ runId, portalUrl: baseUrl }, services);
  return kind === 'invite' ? freshInviteMail(brand, { firstName, formUrl }) : reminderMail(brand, { day: 1, firstName, formUrl });
}
