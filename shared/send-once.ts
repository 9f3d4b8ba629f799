/** Mails go out at most once automatically: claim, send, record. SES has no idempotency token, so a doubt is settled by its event or the operator. */
import { TerminalError, TransientError } from './errors';
import { log } from './log';
import type { Mail } from './mail/mail';
import type { Services } from './ports';
import type { Evidence } from './ports/ledger';

/** `key` is unique for ever; `template` is what the operator names it by; `compose` runs only if this call really sends. */
export interface OneMail {
  key: string;
  template: string;
  runId: string | null;
  to: string;
  compose: (mailId: string) => Mail | Promise<Mail>;
}

type Uses = Pick<Services, 'mailLog' | 'mailer'>;

/** Sends the mail unless it went out before. Throws `EmailUnconfirmed` while nobody knows whether an earlier attempt did. */
export async function sendOnce(mail: OneMail, services: Uses): Promise<Evidence> {
  const { key, template, runId, to } = mail;
  const { outcome, mailId } = await services.mailLog.claim({ key, template, runId, to });
  if (outcome === 'unconfirmed') throw unconfirmed(template);
  if (outcome === 'claimed') await sendClaimed(mail, mailId, services);
  return { mailId };
}

async function sendClaimed(mail: OneMail, mailId: string, { mailLog, mailer }: Uses): Promise<void> {
  const composed = await compose(mail, mailId, mailLog);
  const { messageId } = await handOver({ mailId, to: mail.to, ...composed }, mail.template, { mailLog, mailer });
  await mailLog.recordSent({ mailId, messageId });
}

async function compose(mail: OneMail, mailId: string, mailLog: Services['mailLog']): Promise<Mail> {
  try {
    return await mail.compose(mailId);
  } catch (error) {
    await release(mailId, mailLog);
    throw error;
  }
}

async function handOver(message: Parameters<Services['mailer']['send']>[0], template: string, { mailLog, mailer }: Uses) {
  try {
    return await mailer.send(message);
  } catch (error) {
    if (provesRefusal(error)) await release(message.mailId, mailLog);
    else if (error instanceof TransientError) throw unconfirmed(template);
    throw error;
  }
}

/** A terminal error is SES's own answer; `accepted: 'no'` is what the mailer proved. */
function provesRefusal(error: unknown): boolean {
  return error instanceof TerminalError || (error instanceof TransientError && error.accepted === 'no');
}

/** If this fails too, the claim stays and the mail counts as unconfirmed: too careful, never twice. */
async function release(mailId: string, mailLog: Services['mailLog']): Promise<void> {
  try {
    await mailLog.release(mailId);
  } catch (error) {
    log.warn('a mail that was not sent could not be released', { mailId, error: error instanceof Error ? error.name : 'unknown' });
  }
}

function unconfirmed(template: string): TransientError {
  return new TransientError(`the mail "${template}" was handed to SES, which has not told yet whether it went out`, {
    code: 'EmailUnconfirmed',
  });
}
