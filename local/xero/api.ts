import type { Context, Hono } from 'hono';
import { denied, notFound, unreadableQuery } from './answers';
import { type Books, dueCents, type Invoice, paidCents } from './books';
import { type Detail, envelope, renderContact, renderInvoice } from './render';
import { parseOrder, parseWhere, QueryError, type Row, type Value } from './where';

/** Adds the accounting API's invoices and contacts (reading only) under /api.xro/2.0. */
export function addAccounting(app: Hono, books: Books, tenantId: string): void {
  app.use('/api.xro/*', async (context, next) => {
    const tenant = context.req.header('xero-tenant-id') ?? ''; // empty for a Custom Connection
    const ours = tenant === '' || tenant.toLowerCase() === tenantId.toLowerCase();
    return ours ? next() : denied(context, 403, 'AuthenticationUnsuccessful');
  });
  app.get('/api.xro/2.0/Invoices/:id', (context) => {
    const invoice = books.find(context.req.param('id'));
    return invoice ? context.json(envelope({ Invoices: [show(books, invoice, 'one')] })) : notFound(context);
  });
  app.get('/api.xro/2.0/Invoices', (context) => listInvoices(context, books));
  app.get('/api.xro/2.0/Contacts/:id', (context) => {
    const contact = books.contact(context.req.param('id'));
    return contact ? context.json(envelope({ Contacts: [renderContact(contact)] })) : notFound(context);
  });
  app.get('/api.xro/2.0/Contacts', (context) => {
    const wanted = listOf(context, 'IDs');
    const found = books.contacts().filter(({ contactId }) => !wanted || wanted.includes(contactId));
    return context.json(envelope({ Contacts: found.map(renderContact) }));
  });
}

function listInvoices(context: Context, books: Books): Response {
  try {
    const found = select(context, books);
    const page = Number(context.req.query('page') ?? 0);
    if (page === 0) return context.json(envelope({ Invoices: found.map((invoice) => show(books, invoice, 'list')) }));
    const pageSize = Math.min(1000, Math.max(1, Number(context.req.query('pageSize') ?? 100)));
    const rows = found.slice((page - 1) * pageSize, page * pageSize);
    const detail = context.req.query('summaryOnly') === 'true' ? 'list' : 'page';
    const pagination = { page, pageSize, pageCount: Math.ceil(found.length / pageSize), itemCount: found.length };
    return context.json(envelope({ pagination, Invoices: rows.map((invoice) => show(books, invoice, detail)) }));
  } catch (cause) {
    if (cause instanceof QueryError) return unreadableQuery(context, cause.message);
    throw cause;
  }
}

function select(context: Context, books: Books): Invoice[] {
  const where = context.req.query('where');
  const matches = where ? parseWhere(where) : () => true;
  const order = context.req.query('order');
  const [ids, numbers] = [listOf(context, 'IDs'), context.req.queries('InvoiceNumbers')?.flatMap((value) => value.split(','))];
  const [contacts, statuses] = [listOf(context, 'ContactIDs'), listOf(context, 'Statuses')];
  const since = modifiedSince(context);
  const found = books
    .invoices()
    .filter((invoice) => !ids || ids.includes(invoice.invoiceId))
    .filter((invoice) => !numbers || numbers.includes(invoice.invoiceNumber))
    .filter((invoice) => !contacts || contacts.includes(invoice.contactId))
    .filter((invoice) => !statuses || statuses.includes(invoice.status.toLowerCase()))
    .filter((invoice) => invoice.updatedMs >= since)
    .filter((invoice) => matches(row(books, invoice)));
  if (!order) return found;
  const inOrder = parseOrder(order);
  return found.sort((a, b) => inOrder(row(books, a), row(books, b)));
}

/** A comma-separated or repeated parameter, in lower case. */
function listOf(context: Context, name: string): string[] | undefined {
  const values = context.req.queries(name) ?? context.req.queries(`${name}[]`); // xero-node repeats `IDs[]`
  return values?.flatMap((value) => value.toLowerCase().split(','));
}

/** The If-Modified-Since header in milliseconds; a date without a zone is UTC. */
function modifiedSince(context: Context): number {
  const header = context.req.header('if-modified-since');
  if (!header) return 0;
  const zoned = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(header) ? `${header}Z` : header;
  const ms = Date.parse(zoned.replaceAll('"', ''));
  if (Number.isNaN(ms)) throw new QueryError('If-Modified-Since is not a date');
  return Math.floor(ms / 1000) * 1000;
}

function show(books: Books, invoice: Invoice, detail: Detail): Record<string, unknown> {
  return renderInvoice(invoice, books.contact(invoice.contactId), detail);
}

function row(books: Books, invoice: Invoice): Row {
  const fields = new Map<string, Value>(
    Object.entries({
      InvoiceID: invoice.invoiceId,
      InvoiceNumber: invoice.invoiceNumber,
      Type: invoice.type,
      Status: invoice.status,
      Reference: invoice.reference,
      CurrencyCode: invoice.currency,
      Date: invoice.dateMs,
      DueDate: invoice.dateMs,
      FullyPaidOnDate: invoice.paidOnMs ?? null,
      UpdatedDateUTC: invoice.updatedMs,
      Total: invoice.totalCents / 100,
      AmountDue: dueCents(invoice) / 100,
      AmountPaid: paidCents(invoice) / 100,
      AmountCredited: invoice.creditedCents / 100,
      'Contact.ContactID': invoice.contactId,
      'Contact.Name': books.contact(invoice.contactId)?.name ?? '',
      'Contact.EmailAddress': books.contact(invoice.contactId)?.email ?? '',
    }),
  );
  return (field) => fields.get(field);
}
