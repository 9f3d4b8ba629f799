import { Hono } from 'hono';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { type Listening, serveApp } from '../kernel/serve';
import { addAccounting } from './api';
import { callOf, denied, xeroFaultAnswers } from './answers';
import { Books, type Contact, type Invoice, type InvoiceChange, type NewInvoice } from './books';
import { addIdentity, bearer, type CustomConnection, Tokens } from './identity';
import { type RateLimits, rateLimit, REHEARSAL_LIMITS } from './limits';
import { type Subscription, type Validation, Webhooks, type WebhookState } from './webhooks';

/** Ports (0: any free one; the identity server shares the API's unless given one), credentials, webhook and limits. */
export interface XeroOptions extends CustomConnection, Subscription {
  port: number;
  identityPort?: number;
  /** Default: ten times Xero's, see REHEARSAL_LIMITS; `false` for none. */
  limits?: RateLimits | false;
}

/** The running Xero emulator: its addresses, and what a person does in Xero's own web page. */
export interface Xero extends Listening {
  identityUrl: string;
  /** Draws up an invoice, AUTHORISED and marked as a deposit unless said otherwise. */
  createDepositInvoice(invoice: NewInvoice): Promise<Invoice>;
  /** Books a payment of the whole balance, or of `amountCents`. */
  payInvoice(idOrNumber: string, amountCents?: number): Promise<Invoice>;
  deletePayment(idOrNumber: string, paymentId?: string): Promise<Invoice>;
  creditInvoice(idOrNumber: string, amountCents?: number): Promise<Invoice>;
  updateInvoice(idOrNumber: string, change: InvoiceChange): Promise<Invoice>;
  invoices(): Invoice[];
  contacts(): Contact[];
  /** Sends `copies` of the latest event (of one invoice, if named); resolves to the statuses, 0 for no answer. */
  redeliver(copies: number, invoiceId?: string): Promise<number[]>;
  /** Plays the intent-to-receive check, which enables or disables the subscription. */
  validateWebhook(): Promise<{ ok: boolean; answers: Validation[] }>;
  webhooks(): WebhookState;
  /** How often each call has been asked for since the start, by the name that faults use; refused ones too. */
  calls(): ReadonlyMap<string, number>;
}

/** Starts the Xero emulator: identity, accounting API and webhook sender over one set of books. */
export async function startXero(kernel: Kernel, options: XeroOptions): Promise<Xero> {
  const webhooks = new Webhooks(kernel, options);
  const books = new Books(kernel.store, (invoiceId, change) => webhooks.add(invoiceId, change));
  const calls = new Map<string, number>();
  const app = xeroApp(kernel, options, { books, calls });
  const api = await serveApp(app, { port: options.port, activity: kernel.activity });
  const identity =
    options.identityPort === undefined ? api : await serveApp(app, { port: options.identityPort, activity: kernel.activity });
  webhooks.resume();
  return {
    ...api,
    identityUrl: identity.url,
    createDepositInvoice: (invoice) => books.create(invoice),
    payInvoice: (id, amountCents) => books.pay(id, amountCents),
    deletePayment: (id, paymentId) => books.deletePayment(id, paymentId),
    creditInvoice: (id, amountCents) => books.credit(id, amountCents),
    updateInvoice: (id, change) => books.update(id, change),
    invoices: () => books.invoices(),
    contacts: () => books.contacts(),
    redeliver: (copies, invoiceId) => webhooks.redeliver(copies, invoiceId),
    validateWebhook: () => webhooks.validate(),
    webhooks: () => webhooks.state(),
    calls: () => calls,
    async close() {
      webhooks.close();
      await Promise.all([...new Set([api, identity])].map((server) => server.close()));
    },
  };
}

function xeroApp(kernel: Kernel, options: XeroOptions, { books, calls }: { books: Books; calls: Map<string, number> }): Hono {
  const app = new Hono();
  const tokens = new Tokens(kernel.store);
  app.use('*', (context, next) => {
    const call = callOf(context);
    calls.set(call, (calls.get(call) ?? 0) + 1);
    return next();
  });
  app.use('*', playFaults(kernel.faults, xeroFaultAnswers));
  addIdentity(app, tokens, options);
  app.use('/api.xro/*', bearer(tokens));
  if (options.limits !== false) app.use('/api.xro/*', rateLimit(options.limits ?? REHEARSAL_LIMITS));
  addAccounting(app, books, options.tenantId);
  app.notFound((context) => denied(context, 403, 'AuthorizationUnsuccessful'));
  return app;
}
