/** What SES tells EventBridge of a mail (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-eventbridge-examples.html). */
import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../kernel/wiring';
import { type Mail, bareAddress } from './mail';

/** The kinds that the laptop plays, as configuration sets name them. */
export type MailEventType = 'SEND' | 'DELIVERY' | 'BOUNCE';

const detailTypes = { SEND: 'Email Sent', DELIVERY: 'Email Delivered', BOUNCE: 'Email Bounced' } as const;
const eventTypes = { SEND: 'Send', DELIVERY: 'Delivery', BOUNCE: 'Bounce' } as const;

/** The event as it is put on the default bus. */
export function mailEvent(mail: Mail, type: MailEventType) {
  const identity = bareAddress(mail.from).split('@')[1] ?? '';
  return {
    source: 'aws.ses',
    'detail-type': detailTypes[type],
    resources: [`arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/${mail.configurationSet}`],
    detail: { eventType: eventTypes[type], mail: mailPart(mail, identity), ...fates[type](mail) },
  };
}

function mailPart(mail: Mail, identity: string) {
  const destination = [...mail.to, ...mail.cc, ...mail.bcc].map(bareAddress);
  const own = Object.entries(mail.tags).map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    timestamp: mail.at,
    source: mail.from,
    sourceArn: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${identity}`,
    sendingAccountId: ACCOUNT,
    messageId: mail.messageId,
    destination,
    headersTruncated: false,
    headers: [
      { name: 'From', value: mail.from },
      { name: 'To', value: mail.to.join(', ') },
      { name: 'Subject', value: mail.subject },
    ],
    commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.messageId, subject: mail.subject },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [mail.configurationSet ?? ''],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [identity],
      'ses:caller-identity': ['local'],
      ...Object.fromEntries(own),
    },
  };
}

const fates: Record<MailEventType, (mail: Mail) => Record<string, unknown>> = {
  SEND: () => ({ send: {} }),
  DELIVERY: ({ to }) => ({
    delivery: {
      timestamp: new Date().toISOString(),
      processingTimeMillis: 1000,
      recipients: to.map(bareAddress),
      smtpResponse: '250 2.0.0 OK',
      reportingMTA: 'local.smtp-out.amazonses.com',
    },
  }),
  BOUNCE: ({ to }) => ({
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: to.map((address) => ({
        emailAddress: bareAddress(address),
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      })),
      timestamp: new Date().toISOString(),
      feedbackId: `${randomUUID()}-000000`,
      reportingMTA: 'dns; local.smtp-out.amazonses.com',
    },
  }),
};
