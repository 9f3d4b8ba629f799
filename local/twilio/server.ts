import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { type Listening, serveApp } from '../kernel/serve';
import { Account, type Alert, type LedgerEntry, type Message, type OwnedNumber } from './account';
import { Carrier } from './carrier';
import { addCatalogue } from './catalogue';
import { errorResponse, refuse, requestHeaders, twilioFaultAnswers } from './errors';
import { addMessages } from './messages';
import { addNumbers, newNumber, type NumberRules } from './numbers';
import { type NumberType, Stock, type StockList } from './stock';
import { type CallDraft, type CallResult, Switchboard } from './voice';

/** The account, its own test number (E.164, owned from the start, without webhook) and what is for sale. */
export interface TwilioOptions extends NumberRules {
  port: number;
  authToken: string;
  testNumber: string;
  stock?: StockList;
}

/** A text as the handset's owner sees it. `status` is Twilio's. */
export interface HandsetMessage {
  sid: string;
  direction: 'sent' | 'received';
  from: string;
  to: string;
  body: string;
  atMs: number;
  status: Message['status'];
}

/** A text that a person types on a handset. `to` is a number of the account. */
export interface HandsetDraft {
  from: string;
  to: string;
  body: string;
  /** URLs of pictures. */
  media?: string[];
}

/** The running Twilio emulator: its address, and what happens outside Twilio's API. */
export interface Twilio extends Listening {
  /** What a handset has sent and got, oldest first. */
  phone(number: string): HandsetMessage[];
  /** Sends a text as a lead does; resolves to the MessageSid when Twilio has it. The webhook is called after that. */
  sendFromHandset(draft: HandsetDraft): Promise<string>;
  /** Calls a number as a customer does; resolves when the call is over. */
  callFromHandset(draft: CallDraft): Promise<CallResult>;
  /** Calls the webhook again for a message that came in. */
  redeliver(messageSid: string): Promise<void>;
  /** Switches a handset off (its texts end `undelivered`, 30003) or on again. */
  setReachable(number: string, reachable: boolean): Promise<void>;
  /** Somebody else buys this number. */
  sellToOther(phoneNumber: string): Promise<void>;
  /** The account owns a number again that it had released. */
  giveBack(number: OwnedNumber): Promise<void>;
  /** Nothing of this kind is for sale, until `soldOut` is false. */
  sellOut(numberType: NumberType, soldOut?: boolean): Promise<void>;
  ledger(): LedgerEntry[];
  numbers(): OwnedNumber[];
  messages(): Message[];
  /** Errors of webhooks, as Twilio's debugger lists them. */
  alerts(): Alert[];
  /** Every API call is refused with 20005 and no message comes in, until `suspended` is false. */
  suspendAccount(suspended?: boolean): Promise<void>;
  /** The account has so many US dollars left. */
  setBalance(usd: number): Promise<void>;
  /** A number of this kind costs so many US dollars a month. */
  setNumberPrice(kind: NumberType, usd: number): Promise<void>;
}

/** Starts the Twilio emulator: API, pricing and the handing over of messages. */
export async function startTwilio(kernel: Kernel, options: TwilioOptions): Promise<Twilio> {
  const account = new Account(kernel.store);
  const stock = new Stock(kernel.store, options.stock);
  const carrier = new Carrier(kernel, account, options);
  const switchboard = new Switchboard(kernel, account, options);
  await seedTestNumber(account, stock, options.testNumber);
  const server = await serveApp(twilioApp(kernel, options, { account, stock, carrier }), { port: options.port, activity: kernel.activity });
  carrier.resume();
  return {
    ...server,
    phone: (number) => handset(account, number),
    sendFromHandset: (draft) => sendFromHandset(draft, account, carrier),
    callFromHandset: (draft) => switchboard.call(draft),
    redeliver: (messageSid) => carrier.redeliver(messageSid),
    setReachable: (number, reachable) =>
      reachable ? account.unreachable.delete(number) : account.unreachable.put(number, { atMs: Date.now() }),
    sellToOther: (phoneNumber) => stock.take(phoneNumber),
    giveBack: (number) => account.numbers.put(number.sid, number),
    sellOut: (numberType, soldOut = true) => stock.sellOut(numberType, soldOut),
    ledger: () => account.ledger(),
    numbers: () => account.numbers.all(),
    messages: () => account.messages.all(),
    alerts: () => account.alerts(),
    suspendAccount: (suspended = true) => account.suspend(suspended),
    setBalance: (usd) => account.setBalance(usd),
    setNumberPrice: (kind, usd) => account.setNumberPrice(kind, usd),
    async close() {
      carrier.close();
      await server.close();
    },
  };
}

function twilioApp(
  kernel: Kernel,
  options: TwilioOptions,
  { account, stock, carrier }: { account: Account; stock: Stock; carrier: Carrier },
): Hono {
  const app = new Hono();
  const { accountSid, authToken } = options;
  const credentials = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  app.use('*', playFaults(kernel.faults, twilioFaultAnswers));
  app.use('*', async (context, next) => {
    if (context.req.header('authorization') !== credentials) throw refuse(20003);
    if (account.suspended) throw refuse(20005);
    const [, , , owner] = context.req.path.split('/');
    if (context.req.path.startsWith('/2010-04-01/') && owner?.replace(/\.json$/, '') !== accountSid) throw refuse(20404, context.req.path);
    await next();
    for (const [name, value] of Object.entries(requestHeaders())) context.header(name, value);
  });
  addNumbers(app, { account, stock, rules: options });
  addMessages(app, { account, carrier, accountSid });
  addCatalogue(app, account, options);
  app.notFound((context) => errorResponse(20404, context.req.path));
  app.onError(async (error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    await account.alert({ code: 20500, text: error.message, errorUrl: context.req.path, messageSid: '' });
    return errorResponse(20500);
  });
  return app;
}

async function seedTestNumber(account: Account, stock: Stock, testNumber: string): Promise<void> {
  if (account.owned(testNumber)) return;
  const number = { ...newNumber({ phoneNumber: testNumber, numberType: 'mobile', sms: true }), friendlyName: 'CoreSentia test number' };
  await Promise.all([account.numbers.put(number.sid, number), stock.take(testNumber)]);
}

async function sendFromHandset({ from, to, body, media = [] }: HandsetDraft, account: Account, carrier: Carrier): Promise<string> {
  if (!account.owned(to)) throw new Error(`${to} is not a number of this account`);
  const { sid } = await carrier.accept({ from, to, body, media, direction: 'inbound' });
  return sid;
}

/** What the phone shows: between two of our own numbers a message is logged twice, once for each side. */
function handset(account: Account, number: string): HandsetMessage[] {
  const own = account.owned(number) !== undefined;
  return account.messages.all().flatMap(({ sid, direction, from, to, body, createdMs, status }) => {
    const outgoing = own === (direction !== 'inbound');
    if ((outgoing ? from : to) !== number) return [];
    if (!outgoing && !['sent', 'delivered', 'received'].includes(status)) return []; // it never arrived
    return [{ sid, direction: outgoing ? ('sent' as const) : ('received' as const), from, to, body, atMs: createdMs, status }];
  });
}
