/** Mails that nobody knows went out, and mails that came back. Pure. */
import type { AuditedMail } from '../ports/audits';
import type { Finding } from './finding';

const fates = { bounced: 'bounced', rejected: 'was rejected by SES', complained: 'was marked as spam' } as const;

export function auditMails(mails: readonly AuditedMail[]): Finding[] {
  return mails.map(({ mailId, template, runId, invoiceNumber, status, since }): Finding => {
    const which = `the mail ${template}${invoiceNumber ? ` of ${invoiceNumber}` : ''}`;
    const at = `${since.slice(0, 16).replace('T', ' ')} UTC`;
    const about = { subject: `${mailId} ${template}`, runId: runId ?? undefined, invoiceNumber: invoiceNumber ?? undefined };
    return status === 'unknown'
      ? { kind: 'mail-unconfirmed', ...about, detail: `${which} was handed over at ${at}, and nothing tells whether it went out` }
      : { kind: 'mail-returned', ...about, detail: `${which} ${fates[status]} at ${at}` };
  });
}
