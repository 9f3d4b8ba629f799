/** Mails go out at most once automatically: claim, send, record. SES has no idempotency token, so a doubt is settled by its event or the operator. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { TerminalError, TransientError } from './errors';
import { log } from './log';
import type { Mail } from './mail/mail';
import type { Services } from './ports';
import type { Mailer } from './ports/aws';
import type { Evidence } from './ports/ledger';
import type { MailClaim, MailLog } from './ports/mail-log';

/** `key` is unique for ever; `template` is what the operator names it by; `compose` runs only if this call really sends. */
export interface OneMail {
  key: string;
  template: string;
  runId: string | null;
  to: string;
  compose: (mailId: string) => Mail | Promise<Mail>;
}

type Uses = Pick<Services, 'mailLog' | 'mailer'>;

/** Before each repeat: claims and releases are tried three times, 3 × 2.5 s + 0.5 s = 8 s at most. */
const waitsMs = [100, 400];

/** Sends the mail unless it went out before. Throws `EmailUnconfirmed` while nobody knows whether an earlier attempt did. */
export async function sendOnce({ compose, ...mail }: OneMail, services: Uses): Promise<Evidence> {
  const { mailLog } = services;
  const claim = { ...mail, token: randomUUID() };
  const { outcome, mailId } = await orRelease(claim, mailLog, () => insistently(() => mailLog.claim(claim)));
  if (outcome === 'unconfirmed') throw unconfirmed(claim.template);
  if (outcome === 'sent') return { mailId };
  const composed = await orRelease(claim, mailLog, async () => compose(mailId));
  const { messageId } = await handOver(claim, { mailId, to: claim.to, ...composed }, services);
  await mailLog.recordSent({ mailId, messageId });
  return { mailId };
}

async function handOver(claim: MailClaim, message: Parameters<Mailer['send']>[0], { mailLog, mailer }: Uses) {
  try {
    return await mailer.send(message);
  } catch (error) {
    if (provesRefusal(error)) await release(claim, mailLog);
    else if (error instanceof TransientError) throw unconfirmed(claim.template);
    throw error;
  }
}

/** For what comes before SES: if it fails, nothing was handed over. A claim whose answer never came is given up as well, because it may have landed or be about to. */
async function orRelease<T>(claim: MailClaim, mailLog: MailLog, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await release(claim, mailLog);
    throw error;
  }
}

/** A terminal error is SES's own answer; `accepted: 'no'` is what the mailer proved. */
function provesRefusal(error: unknown): boolean {
  return error instanceof TerminalError || (error instanceof TransientError && error.accepted === 'no');
}

/** If this fails too, the claim stays and the mail counts as unconfirmed: too careful, never twice. */
async function release(claim: MailClaim, mailLog: MailLog): Promise<void> {
  try {
    await insistently(() => mailLog.release(claim));
  } catch (error) {
    const { template, runId } = claim;
    log.warn('a mail that was not sent could not be released', { template, runId, error: error instanceof Error ? error.name : 'unknown' });
  }
}

/** Asks again unless it is refused for good: where no answer came, or none that can be read, the same token does nothing twice. */
async function insistently<T>(call: () => Promise<T>): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof TerminalError) throw error;
    }
    await setTimeout(waitMs);
  }
  return call();
}

function unconfirmed(template: string): TransientError {
  return new TransientError(`the mail "${template}" was handed to SES, which has not told yet whether it went out`, {
    code: 'EmailUnconfirmed',
  });
}
