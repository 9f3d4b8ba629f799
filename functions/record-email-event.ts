/**
 * SES tells what became of a mail: notes it, and tells the operator of mails that did not arrive or annoyed somebody.
 * Idempotent: the log of mails keeps one state per mail, and each notice goes out once. Events are best effort and unordered.
 */
import * as z from 'zod';
import { log } from '../shared/log';
import { metric } from '../shared/metrics';
import { mailIdTag } from '../shared/mail-tag';
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import { mailLog, noticeLog, notices } from '../shared/services';
import { make } from '../shared/step';

type Kind = Parameters<Services['mailLog']['recordEvent']>[0]['kind'];

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html ; others (opened, clicked, delayed) change nothing. */
const kinds: Record<string, Kind> = {
  Send: 'sent',
  Delivery: 'delivered',
  Bounce: 'bounced',
  Complaint: 'complained',
  Reject: 'rejected',
};

const Occurrence = z.object({ timestamp: z.iso.datetime({ offset: true }).optional(), bounceType: z.string().optional() });
const EmailEvent = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    eventType: z.string(),
    mail: z.object({ messageId: z.string(), tags: z.record(z.string(), z.array(z.string())).default({}) }),
    delivery: Occurrence.optional(),
    bounce: Occurrence.optional(),
    complaint: Occurrence.optional(),
  }),
});
type EmailEvent = z.infer<typeof EmailEvent>;

type Needs = Pick<Services, 'mailLog' | 'noticeLog' | 'notices'>;

/** Throws if it must be repeated. */
export async function recordEmailEvent({ time, detail }: EmailEvent, services: Needs): Promise<void> {
  const { eventType, mail } = detail;
  const kind = kinds[eventType];
  const mailId = z.uuid().safeParse(mail.tags[mailIdTag]?.[0]).data;
  if (!kind || !mailId) return log.info('mail event of no interest', { eventType, messageId: mail.messageId });
  const happened = detail.delivery ?? detail.bounce ?? detail.complaint;
  const at = new Date(happened?.timestamp ?? time).toISOString();
  const outcome = await services.mailLog.recordEvent({ mailId, kind, messageId: mail.messageId, at });
  log.info('mail event', { mailId, kind, outcome });
  if (outcome === 'recorded' && kind === 'bounced') metric('MailsBounced', 1, { mailId });
  if (outcome === 'recorded') await tellOperator({ mailId, kind, bounceType: detail.bounce?.bounceType }, services);
}

const warnings: Partial<Record<Kind, { subject: string; text: string }>> = {
  bounced: {
    subject: 'A mail to a client bounced',
    text: 'It did not arrive. Ask the client for the right address, correct it in Supabase, and settle the mail with --send-again if the step waits for it.',
  },
  complained: {
    subject: 'A client marked our mail as spam',
    text: 'Call them before anything else is sent: complaints can make SES stop our account.',
  },
  rejected: {
    subject: 'SES rejected a mail after taking it',
    text: 'It was not sent. Look at its content in the SES console: SES takes it for malicious.',
  },
};

async function tellOperator({ mailId, kind, bounceType }: { mailId: string; kind: Kind; bounceType: string | undefined }, services: Needs) {
  const warning = warnings[kind];
  if (!warning) return;
  const body = [
    `${warning.subject}${bounceType ? ` (${bounceType.toLowerCase()})` : ''}.`,
    warning.text,
    `Which mail and which client: table email_messages, id ${mailId}.`,
  ];
  await notifyOnce({ key: `mail/${mailId}/${kind}`, subject: warning.subject, body: body.join('\n') }, services);
}

export async function handler(event: unknown): Promise<void> {
  await recordEmailEvent(EmailEvent.parse(event), await make({ mailLog, noticeLog, notices }));
}
