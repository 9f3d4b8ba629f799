/** SES: may it send for us, to anybody, and do we hear what becomes of a mail? https://docs.aws.amazon.com/ses/latest/APIReference-V2 */
import * as z from 'zod';
import type { Answer } from '../ask';
import type { AskAws } from '../aws';
import { type Check, fail, type Finding, notHere, ok, Unanswered, warn } from './check';

export interface SesAccount {
  ask: AskAws;
  fromEmail: string;
  configurationSet: string;
  onLaptop: boolean;
}

const vendor = 'SES';
const console_ = 'SES console (ap-southeast-2)';
export const domainOf = (email: string): string => email.replace(/^.*@/, '');

export function sesChecks(account: SesAccount): Check[] {
  const check = (name: string, run: (account: SesAccount) => Promise<Finding>): Check => ({ vendor, name, run: () => run(account) });
  return [
    check('sandbox', sandbox),
    check('identity', identity),
    check('MAIL FROM', mailFrom),
    check('configuration set', configurationSet),
    check('suppression', suppression),
  ];
}

function read<T extends z.ZodType>(answer: Answer, schema: T): z.infer<T> {
  const parsed = schema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return parsed.data;
  throw new Unanswered('SES', answer, 'May this profile read SES? Is it the right account?');
}

async function sandbox({ ask, onLaptop }: SesAccount) {
  if (onLaptop) return notHere();
  const Account = z.object({
    ProductionAccessEnabled: z.boolean(),
    SendingEnabled: z.boolean(),
    SendQuota: z.object({ Max24HourSend: z.number(), SentLast24Hours: z.number() }),
  });
  const account = read(await ask({ service: 'ses', path: '/v2/email/account' }), Account);
  if (!account.ProductionAccessEnabled)
    return fail(
      'the account is in the sandbox: mails reach verified addresses only',
      `${console_} > Get set up > Request production access. It takes a day.`,
    );
  if (!account.SendingEnabled) return fail('sending is paused', `${console_} > Reputation metrics: find out why, answer AWS's case.`);
  const { Max24HourSend, SentLast24Hours } = account.SendQuota;
  const what = `out of the sandbox, ${SentLast24Hours} of ${Max24HourSend} mails sent today`;
  return SentLast24Hours > Max24HourSend * 0.8 ? warn(what, `${console_} > Account dashboard: ask for a higher quota.`) : ok(what);
}

const Identity = z.object({
  VerifiedForSendingStatus: z.boolean(),
  DkimAttributes: z.object({ Status: z.string(), Tokens: z.array(z.string()).default([]) }).optional(),
  MailFromAttributes: z.object({ MailFromDomain: z.string().optional(), MailFromDomainStatus: z.string().optional() }).optional(),
});
export type Identity = z.infer<typeof Identity>;

/** The identity of the sender's domain; undefined if there is none. */
export async function identityOf({ ask, fromEmail }: SesAccount): Promise<Identity | undefined> {
  const answer = await ask({ service: 'ses', path: `/v2/email/identities/${domainOf(fromEmail)}` });
  return answer.status === 404 ? undefined : read(answer, Identity);
}

const create = (domain: string) =>
  `${console_} > Identities > Create identity > Domain ${domain}, Easy DKIM, and put its three CNAMEs into the DNS.`;

async function identity(account: SesAccount) {
  const domain = domainOf(account.fromEmail);
  const found = await identityOf(account);
  if (!found) return fail(`${domain} is no identity`, create(domain));
  if (!found.VerifiedForSendingStatus) return fail(`${domain} is not verified`, create(domain));
  const dkim = found.DkimAttributes?.Status;
  return dkim === 'SUCCESS'
    ? ok(`${domain} is verified and signs with DKIM`)
    : fail(`DKIM of ${domain} is ${dkim ?? 'not set up'}`, create(domain));
}

/** Without it SPF passes for amazonses.com and is not aligned; DMARC then hangs on DKIM alone. */
async function mailFrom(account: SesAccount) {
  if (account.onLaptop) return notHere();
  const todo = `${console_} > Identities > ${domainOf(account.fromEmail)} > Custom MAIL FROM domain, and put its MX and TXT into the DNS.`;
  const { MailFromDomain, MailFromDomainStatus } = (await identityOf(account))?.MailFromAttributes ?? {};
  if (!MailFromDomain) return warn('no custom MAIL FROM domain', todo);
  return MailFromDomainStatus === 'SUCCESS'
    ? ok(MailFromDomain)
    : fail(`${MailFromDomain} is ${MailFromDomainStatus ?? 'not checked'}`, todo);
}

const wanted = ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'];
const Destinations = z.object({
  EventDestinations: z
    .array(z.object({ Enabled: z.boolean(), MatchingEventTypes: z.array(z.string()), EventBridgeDestination: z.unknown() }))
    .default([]),
});

async function configurationSet({ ask, configurationSet: name }: SesAccount) {
  const answer = await ask({ service: 'ses', path: `/v2/email/configuration-sets/${name}/event-destinations` });
  if (answer.status === 404) return fail(`there is no ${name}`, 'Deploy the stage.');
  const { EventDestinations } = read(answer, Destinations);
  const told = EventDestinations.filter(({ Enabled, EventBridgeDestination }) => Enabled && EventBridgeDestination).flatMap(
    (each) => each.MatchingEventTypes,
  );
  const missing = wanted.filter((type) => !told.includes(type));
  return missing.length === 0
    ? ok('tells EventBridge what becomes of a mail')
    : fail(`does not tell of ${missing.join(', ')}`, 'Deploy the stage again; it was changed by hand.');
}

async function suppression({ ask, onLaptop }: SesAccount) {
  if (onLaptop) return notHere();
  const List = z.object({ SuppressedDestinationSummaries: z.array(z.unknown()).default([]), NextToken: z.string().nullish() });
  const found = read(await ask({ service: 'ses', path: '/v2/email/suppression/addresses' }), List);
  const count = found.SuppressedDestinationSummaries.length;
  if (count === 0) return ok('nobody is on the suppression list');
  return warn(
    `${count}${found.NextToken ? ' or more' : ''} on the suppression list: they get no mail from us`,
    `${console_} > Suppression list: is a client among them? Call them before taking them off.`,
  );
}
