/** Mails through Amazon SES v1. https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html */
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { TerminalError, TransientError } from '../errors';
import { mailIdTag } from '../mail-tag';
import type { Mailer } from '../ports/aws';
import { awsError, awsFailure, awsOptions } from './aws';

/** `fromName` is what people see as the sender. */
export interface SesOptions {
  fromEmail: string;
  fromName: string;
  replyTo: string;
  configurationSet: string;
  timeoutMs?: number;
}

export function sesMailer({ fromEmail, fromName, replyTo, configurationSet, timeoutMs = 8000 }: SesOptions): Mailer {
  const client = new SESClient(awsOptions({ timeoutMs, reuseConnections: false }));
  const source = `${displayName(fromName)} <${fromEmail}>`;
  return {
    async send({ mailId, to, subject, html, text }) {
      const command = new SendEmailCommand({
        Source: source,
        ReplyToAddresses: [replyTo],
        Destination: { ToAddresses: [to] },
        Message: { Subject: utf8(subject), Body: { Html: utf8(html), Text: utf8(text) } },
        ConfigurationSetName: configurationSet,
        Tags: [{ Name: mailIdTag, Value: mailId }],
      });
      const { MessageId } = await client.send(command).catch((thrown: unknown) => {
        throw sesError(thrown);
      });
      if (!MessageId) throw new TransientError('SES gave an answer that cannot be read');
      return { messageId: MessageId };
    },
  };
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** The name part of a mailbox: quoted, or as an RFC 2047 word if it is not ASCII. */
function displayName(name: string): string {
  const isAscii = /^[\x20-\x7E]*$/.test(name);
  return isAscii ? `"${name.replace(/["\\]/g, '\\$&')}"` : `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`;
}

/** What SES says about the mail itself; its texts name addresses, so they are not passed on. */
const refusals: Record<string, string> = {
  MessageRejected: 'SES rejected the mail: is the sender verified, and is the account out of the sandbox?',
  MailFromDomainNotVerifiedException: "the sender's MAIL FROM domain is not verified",
  ConfigurationSetDoesNotExist: 'the configuration set does not exist',
  ConfigurationSetDoesNotExistException: 'the configuration set does not exist',
  AccountSendingPausedException: 'sending is paused for the SES account',
  ConfigurationSetSendingPausedException: 'sending is paused for the configuration set',
};

function sesError(thrown: unknown): TransientError | TerminalError {
  const { name, status } = awsFailure(thrown);
  if (status !== undefined && status >= 400 && status < 500) {
    const refusal = refusals[name];
    if (refusal) return new TerminalError('EmailRefused', refusal);
    if (name === 'InvalidParameterValue') return new TerminalError('EmailAddressRejected', 'SES does not take the e-mail address');
  }
  return awsError('SES', thrown);
}
