import { z } from 'zod';
import { AwsError } from '../aws/json-protocol';
import { members } from '../aws/query-protocol';

/** A mail as SES accepted it. Addresses as given (`Name <a@b.c>` or `a@b.c`); `at` is ISO 8601 UTC. */
export const Mail = z.object({
  messageId: z.string(),
  at: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  replyTo: z.array(z.string()),
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  configurationSet: z.string().optional(),
  /** The event on the mail's fate is still to come. */
  inTransit: z.boolean(),
  bounced: z.boolean(),
});
export type Mail = z.infer<typeof Mail>;

/** What a sender asks for: a mail without what SES adds. */
export type Draft = Omit<Mail, 'messageId' | 'at' | 'inTransit' | 'bounced'>;

/** The bare address of `Name <a@b.c>`. */
export const bareAddress = (address: string) => /<([^<>]*)>\s*$/.exec(address)?.[1] ?? address.trim();

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
const MOST_RECIPIENTS = 50;

/** The draft in a SendEmail form; throws what SES answers to a malformed one (docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html). */
export function readDraft(form: URLSearchParams): Draft {
  const draft: Draft = {
    from: form.get('Source') ?? '',
    to: members(form, 'Destination.ToAddresses'),
    cc: members(form, 'Destination.CcAddresses'),
    bcc: members(form, 'Destination.BccAddresses'),
    replyTo: members(form, 'ReplyToAddresses'),
    subject: form.get('Message.Subject.Data') ?? '',
    html: form.get('Message.Body.Html.Data') ?? undefined,
    text: form.get('Message.Body.Text.Data') ?? undefined,
    tags: readTags(form),
    configurationSet: form.get('ConfigurationSetName') ?? undefined,
  };
  const recipients = [...draft.to, ...draft.cc, ...draft.bcc];
  if (recipients.length === 0) throw invalid("Missing required header 'To'.");
  if (recipients.length > MOST_RECIPIENTS) throw invalid(`Recipient count exceeds ${MOST_RECIPIENTS}.`);
  for (const address of [draft.from, ...recipients, ...draft.replyTo]) checkAddress(address);
  if (/[\r\n]/.test(draft.subject)) throw invalid('Header values may not contain line breaks.');
  if (!form.has('Message.Subject.Data'))
    throw new AwsError('ValidationError', "Value null at 'message.subject' failed to satisfy constraint: Member must not be null");
  if (!draft.html && !draft.text) throw invalid('Message body may not be empty.');
  return draft;
}

function checkAddress(address: string): void {
  const bare = bareAddress(address);
  const [local = '', domain, ...more] = bare.split('@');
  if (domain === undefined || domain === '') throw invalid(`Missing final '@domain'`);
  if (more.length > 0 || local === '') throw invalid('Invalid email address.');
  if (/[\s\p{C}]/u.test(bare) || /[\r\n]/.test(address)) throw invalid('Local address contains control or whitespace');
  // SES takes no internationalised local parts; domains and names must come encoded.
  if (!/^[\x21-\x7e]+$/.test(bare)) throw invalid('Local address contains non-ASCII characters');
  if (!/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}$/i.test(domain))
    throw invalid('Domain contains illegal character or has no top-level domain');
}

function readTags(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; form.has(`Tags.member.${index}.Name`); index += 1) {
    const name = form.get(`Tags.member.${index}.Name`) ?? '';
    const value = form.get(`Tags.member.${index}.Value`) ?? '';
    if (!/^[\w-]{1,256}$/.test(name))
      throw invalid(`Invalid tag name <${name}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`);
    if (!/^[\w-]{1,256}$/.test(value))
      throw invalid(`Invalid tag value <${value}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`);
    tags[name] = value;
  }
  return tags;
}
