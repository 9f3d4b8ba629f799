/** What other mail servers see of us in the DNS: SPF, DKIM, DMARC and where replies go. RFC 7208, 6376, 7489. */
import { type Check, fail, type Finding, notHere, ok, warn } from './check';
import { domainOf, type Identity } from './ses';

/** The part of node:dns/promises that is needed. They reject if there is no such record. */
export interface Resolver {
  resolveTxt: (name: string) => Promise<string[][]>;
  resolveMx: (name: string) => Promise<{ exchange: string }[]>;
  resolveCname: (name: string) => Promise<string[]>;
  resolve4: (name: string) => Promise<string[]>;
}

export interface MailDns {
  dns: Resolver;
  /** What SES says of the sender's domain. */
  identity: () => Promise<Identity | undefined>;
  fromEmail: string;
  replyTo: string;
  onLaptop: boolean;
}

const vendor = 'DNS';

export function mailDnsChecks(mail: MailDns): Check[] {
  const check = (name: string, run: (mail: MailDns) => Promise<Finding>): Check => ({
    vendor,
    name,
    run: async () => (mail.onLaptop ? notHere() : run(mail)),
  });
  return [check('SPF', spf), check('DKIM', dkim), check('DMARC', dmarc), check('Reply-To', replyTo)];
}

/** No record is an answer. */
async function records<T>(asked: Promise<T[]>): Promise<T[]> {
  return asked.catch(() => []);
}

async function spf({ dns, identity, fromEmail }: MailDns) {
  const domain = (await identity())?.MailFromAttributes?.MailFromDomain;
  if (!domain) return warn('without a custom MAIL FROM domain SPF is not aligned', 'Set one up in the SES console; see SES MAIL FROM.');
  const texts = (await records(dns.resolveTxt(domain))).map((parts) => parts.join(''));
  const own = texts.filter((text) => /^v=spf1(\s|$)/i.test(text));
  if (own.length !== 1)
    return fail(`${domain} has ${own.length} SPF records`, `One TXT record at ${domain}: v=spf1 include:amazonses.com ~all`);
  if (!/\binclude:amazonses\.com\b/i.test(own[0] ?? ''))
    return fail(`SPF of ${domain} does not name SES`, `TXT at ${domain}: v=spf1 include:amazonses.com ~all`);
  const exchanges = (await records(dns.resolveMx(domain))).map(({ exchange }) => exchange.toLowerCase());
  if (!exchanges.some((exchange) => /^feedback-smtp\..*\.amazonses\.com\.?$/.test(exchange)))
    return fail(`${domain} has no MX to SES`, `MX at ${domain}: 10 feedback-smtp.ap-southeast-2.amazonses.com`);
  const aligned = domain.endsWith(`.${domainOf(fromEmail)}`);
  return aligned
    ? ok(`${domain} is aligned`)
    : fail(`${domain} is not under ${domainOf(fromEmail)}: SPF is not aligned`, `Choose mail.${domainOf(fromEmail)} or the like.`);
}

async function dkim({ dns, identity, fromEmail }: MailDns) {
  const tokens = (await identity())?.DkimAttributes?.Tokens ?? [];
  if (tokens.length === 0) return fail('SES gives no DKIM keys', 'Set up Easy DKIM for the domain in the SES console.');
  const missing: string[] = [];
  for (const token of tokens) {
    const name = `${token}._domainkey.${domainOf(fromEmail)}`;
    const [target = ''] = await records(dns.resolveCname(name));
    if (target.toLowerCase().replace(/\.$/, '') !== `${token}.dkim.amazonses.com`) missing.push(name);
  }
  return missing.length === 0
    ? ok(`${tokens.length} keys are published`)
    : fail(`${missing.length} of ${tokens.length} keys are not published`, `CNAME ${missing[0]} to <its first label>.dkim.amazonses.com`);
}

async function dmarc({ dns, fromEmail }: MailDns) {
  const name = `_dmarc.${domainOf(fromEmail)}`;
  const todo = `TXT at ${name}: v=DMARC1; p=none; rua=mailto:…  (later p=quarantine)`;
  const own = (await records(dns.resolveTxt(name))).map((parts) => parts.join('')).filter((text) => /^v=DMARC1\b/i.test(text));
  if (own.length !== 1) return fail(`${own.length} DMARC records`, `${todo} Gmail and Outlook want exactly one.`);
  const record = own[0] ?? '';
  const policy = /\bp\s*=\s*(\w+)/i.exec(record)?.[1]?.toLowerCase();
  if (!policy) return fail('the DMARC record has no policy', todo);
  // A MAIL FROM domain of its own is a subdomain: strict SPF alignment cannot pass with it, DKIM still does.
  if (/\baspf\s*=\s*s/i.test(record)) return warn('strict SPF alignment: our mails pass by DKIM alone', 'Take aspf=s out of the record.');
  return policy === 'none'
    ? warn('policy none: nobody is kept from forging our mails', `When reports look well: ${todo.replace('p=none', 'p=quarantine')}`)
    : ok(`policy ${policy}`);
}

async function replyTo({ dns, replyTo: address }: MailDns) {
  const domain = domainOf(address);
  const exchanges = (await records(dns.resolveMx(domain))).filter(({ exchange }) => exchange !== '' && exchange !== '.');
  return exchanges.length > 0
    ? ok(`${domain} receives mail`)
    : fail(`${domain} receives no mail`, `Clients answer our mails: give ${domain} an MX, or change brand.replyTo in infra/stages.ts.`);
}
