import { TerminalError } from '../../shared/errors';
import type { Money, NumberKind, NumberWebhooks, OwnedNumber, ReceivedText, Telephony } from '../../shared/ports/twilio';
import { type Script, scripted } from './script';

interface Options extends Script<Telephony> {
  /** Mobile numbers for sale, E.164. */
  stock?: string[];
  /** Other Australian numbers for sale, E.164. */
  localStock?: string[];
  owned?: OwnedNumber[];
  /** Numbers that are listed for sale and sold to somebody else by the time we ask. */
  soldMeanwhile?: string[];
  /** Bundles that Twilio has approved; without this option none is needed. */
  approvedBundles?: string[];
  balance?: Money;
  prices?: Record<NumberKind, Money>;
  /** What came in, as Twilio logged it. */
  inbox?: ReceivedText[];
  /** Phones that Twilio does not text, with its error code. */
  refusals?: Record<string, number>;
}

/** A Twilio account; `owned`, `sent` and `sales` (every purchase that we pay for) and `released` are its ledger. */
export function fakeTelephony(options: Options = {}) {
  const { stock = [], localStock = [], owned = [], soldMeanwhile = [], approvedBundles, inbox = [], refusals = {}, ...script } = options;
  const account = { balance: options.balance ?? usd(1000), prices: options.prices ?? { mobile: usd(8.25), local: usd(3) } };
  const sent: { from: string; to: string; body: string; messageSid: string }[] = [];
  const sales: string[] = [];
  const released: string[] = [];
  const find = (sid: string): OwnedNumber => {
    const number = owned.find((one) => one.sid === sid);
    if (!number) throw new TerminalError('VendorRequestRejected', 'Twilio rejected the request (404, error 20404)');
    return number;
  };

  const port: Telephony = {
    ownedNumbers: async () => owned.map((number) => ({ ...number })),
    balance: async () => account.balance,
    monthlyPrice: async (kind) => account.prices[kind],
    findByTag: async (tag) => copy(owned.find((number) => number.tag === tag)),
    findByNumber: async (e164) => copy(owned.find((number) => number.e164 === e164)),
    searchAvailable: async (kind) => (kind === 'mobile' ? [...stock] : [...localStock]).slice(0, 20),
    async buy({ e164, tag, webhooks, bundleSid }) {
      if (approvedBundles && !approvedBundles.includes(bundleSid ?? '')) {
        throw new TerminalError('RegulatoryBundleRequired', 'Twilio wants an approved regulatory bundle and address for this number');
      }
      const ours = owned.find((number) => number.e164 === e164);
      if (ours) return { ...point(ours, webhooks), tag: Object.assign(ours, { tag }).tag };
      const shelf = [stock, localStock].find((numbers) => numbers.includes(e164));
      if (!shelf || soldMeanwhile.includes(e164)) return 'taken';
      shelf.splice(shelf.indexOf(e164), 1);
      sales.push(e164);
      const number: OwnedNumber = {
        sid: `PN${owned.length + 1}`,
        e164,
        tag,
        smsUrl: '',
        smsMethod: '',
        smsFallbackUrl: '',
        voiceUrl: '',
        statusCallback: '',
      };
      owned.push(point(number, webhooks));
      return { ...number };
    },
    fetchNumber: async (sid) => ({ ...find(sid) }),
    async release(sid) {
      const index = owned.findIndex((number) => number.sid === sid);
      if (index < 0) return 'gone';
      released.push(...owned.splice(index, 1).map(({ e164 }) => e164));
      return 'released';
    },
    configure: async (sid, webhooks) => ({ ...point(find(sid), webhooks) }),
    async sendSms(message) {
      const messageSid = `SM${sent.length + 1}`;
      sent.push({ ...message, messageSid });
      return { messageSid };
    },
    async sendText({ from, to, body }) {
      const refused = refusals[to];
      return refused === undefined ? port.sendSms({ from, to, body }) : { refused };
    },
    fetchReceived: async (messageSid) => inbox.find((message) => message.messageSid === messageSid),
    received: async ({ to, since }) => inbox.filter((message) => message.to === to && message.sentAt >= since),
    sentSince: async ({ from, to }) => sent.filter((message) => message.from === from && message.to === to),
    async findSent({ from, to, body }) {
      const found = sent.find((message) => message.from === from && message.to === to && message.body === body);
      return found && { messageSid: found.messageSid };
    },
  };
  return { ...scripted(port, script), account, inbox, stock, localStock, owned, sent, sales, released };
}

export const usd = (amount: number): Money => ({ amountCents: Math.round(amount * 100), currency: 'USD' });

function point(number: OwnedNumber, { smsUrl, smsFallbackUrl, voiceUrl, statusCallback }: NumberWebhooks): OwnedNumber {
  return Object.assign(number, { smsUrl, smsMethod: 'POST', smsFallbackUrl, voiceUrl, statusCallback });
}

function copy(number: OwnedNumber | undefined): OwnedNumber | undefined {
  return number && { ...number };
}
