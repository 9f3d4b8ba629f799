/** The mails that SES took, from its mailbox, with the links that they carry. */
import type { Laptop } from '../laptop';
import { bareAddress, type Mail } from '../ses/mail';

/** Newest first; of one recipient if `to` names one. Times are ISO 8601. */
export function mailbox({ aws }: Laptop, to?: string) {
  const wanted = to && bareAddress(to).toLowerCase();
  return aws
    .mailbox()
    .filter((mail) => !wanted || mail.to.some((address) => bareAddress(address).toLowerCase() === wanted))
    .toReversed()
    .map((mail) => ({
      id: mail.messageId,
      at: mail.at,
      to: mail.to.join(', '),
      from: mail.from,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      template: mail.tags['template'] ?? null,
      status: statusOf(mail),
    }));
}
export type MailView = ReturnType<typeof mailbox>[number];

function statusOf({ inTransit, bounced }: Mail): 'on its way' | 'bounced' | 'delivered' {
  if (inTransit) return 'on its way';
  return bounced ? 'bounced' : 'delivered';
}

/** The mail as a page of its own: its HTML as sent, whose links open in new tabs. Undefined if there is no such mail. */
export function mailPage({ aws }: Laptop, id: string): string | undefined {
  const mail = aws.mailbox().find(({ messageId }) => messageId === id);
  if (!mail) return undefined;
  const html = mail.html ?? `<!doctype html><html><head></head><body><pre>${escaped(mail.text ?? '')}</pre></body></html>`;
  return html.replace('<head>', '<head><base target="_blank">');
}

/** No scripts, nothing from elsewhere; only links may leave the frame. */
export const mailPageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  'referrer-policy': 'no-referrer',
};

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The link to a page under `path` (`/onboarding/`, say) in the newest mail that has one. `mails`: newest first. */
export function newestLink(mails: Pick<MailView, 'text'>[], path: string): string | undefined {
  for (const { text = '' } of mails) {
    const link = text.split(/\s+/).find((word) => URL.canParse(word) && /^https?:/.test(word) && new URL(word).pathname.startsWith(path));
    if (link) return link;
  }
  return undefined;
}
