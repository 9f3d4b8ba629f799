/** What waits for the operator's word: mails that nobody knows went out, and paid invoices that are almost deposits. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { z } from 'zod';
import { database, supabaseClient } from '../../shared/clients/supabase/database';
import { supabaseMailLog } from '../../shared/clients/supabase/mail-log';
import { supabaseScreenings } from '../../shared/clients/supabase/screenings';
import { eventSource } from '../../shared/events';
import { Refusal } from './refusal';
import type { Room } from './room';

const operator = 'control room';

const UnsettledMail = z.object({ template: z.string(), status: z.string(), claimed_at: z.string(), to_address: z.string() });

/** A mail that was claimed and of which nothing is known since. Times are ISO 8601. */
export interface UnsettledMailView {
  template: string;
  to: string;
  claimedAt: string;
}

/** The unsettled mails of one run, oldest first. */
export async function unsettledMails({ onlooker }: Room, runId: string): Promise<UnsettledMailView[]> {
  const columns = Object.keys(UnsettledMail.shape).join();
  const query = onlooker
    .from('email_messages')
    .select(columns)
    .eq('run_id', runId)
    .in('status', ['claimed', 'unknown'])
    .order('claimed_at');
  const aMinuteAgo = Date.now() - 60_000; // a younger claim is still on its way
  return z
    .array(UnsettledMail)
    .parse(rowsOf(await query))
    .filter(({ status, claimed_at }) => status === 'unknown' || Date.parse(claimed_at) < aMinuteAgo)
    .map(({ template, claimed_at, to_address }) => ({ template, claimedAt: claimed_at, to: to_address }));
}

/** Message ids of the mails that went out for a run. */
export async function messageIdsOf({ onlooker }: Room, runId: string): Promise<Set<string>> {
  const rows = z.array(z.object({ message_id: z.string().nullable() }));
  const found = rows.parse(rowsOf(await onlooker.from('email_messages').select('message_id').eq('run_id', runId)));
  return new Set(found.flatMap(({ message_id }) => message_id ?? []));
}

/** Settles an unconfirmed mail as `npm run settle-mail` does; 409 if there is nothing to settle. */
export async function settleMail(
  room: Room,
  word: { invoiceNumber: string; template: string; decision: 'was-sent' | 'send-again' },
): Promise<{ settled: number }> {
  const settled = await supabaseMailLog(asTheOperator(room)).settle({ ...word, by: operator });
  if (settled === 0) throw new Refusal(409, `Nothing to settle: ${word.invoiceNumber} has no unconfirmed mail "${word.template}".`);
  return { settled };
}

const Screened = z.object({
  invoice_id: z.string(),
  invoice_number: z.string(),
  contact_name: z.string().nullable(),
  verdict: z.string(),
  reasons: z.array(z.string()),
});

/** A paid invoice that is almost a deposit, or whose contact is known already. */
export interface UndecidedInvoice {
  invoiceId: string;
  invoiceNumber: string;
  contactName: string;
  verdict: string;
  reasons: string[];
}

/** The invoices that wait for a decision, newest first. */
export async function undecidedInvoices({ onlooker }: Room): Promise<UndecidedInvoice[]> {
  const query = onlooker
    .from('screened_invoices')
    .select(Object.keys(Screened.shape).join())
    .in('verdict', ['near-miss', 'ask-operator'])
    .order('judged_at', { ascending: false })
    .limit(50);
  return z
    .array(Screened)
    .parse(rowsOf(await query))
    .map(({ invoice_id, invoice_number, contact_name, verdict, reasons }) => ({
      invoiceId: invoice_id,
      invoiceNumber: invoice_number,
      contactName: contact_name ?? '',
      verdict,
      reasons,
    }));
}

/** Decides about a screened invoice as `npm run screen` does. 404 for one that was never screened, 409 for one that cannot be dismissed any more. */
export async function decideInvoice(
  room: Room,
  { invoiceNumber, decision }: { invoiceNumber: string; decision: 'start' | 'dismiss' },
): Promise<{ verdict: string }> {
  const screenings = supabaseScreenings(asTheOperator(room));
  const screened = await screenings.byNumber(invoiceNumber);
  if (!screened)
    throw new Refusal(404, `No invoice ${invoiceNumber} has been screened: Xero has not announced it, or the number is different.`);
  const { invoiceId, tenantId } = screened;
  try {
    await screenings.decide({ invoiceId, decision, by: operator });
  } catch (error) {
    throw new Refusal(409, error instanceof Error ? error.message : 'The database refuses.');
  }
  if (decision === 'start') {
    await announce(room, { tenantId, invoiceId, invoiceNumber });
    await screenings.announced(invoiceId);
  }
  return { verdict: decision === 'start' ? 'deposit' : 'dismissed' };
}

/** Puts `Deposit Paid` on the bus through its endpoint, so that armed faults meet it as they meet the operator's command. */
async function announce({ laptop }: Room, deposit: { tenantId: string; invoiceId: string; invoiceNumber: string }): Promise<void> {
  const { eventBridge, eventBusName } = laptop.endpoints;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ endpoint: eventBridge, region: 'ap-southeast-2', credentials, maxAttempts: 1 });
  const entry = { EventBusName: eventBusName, Source: eventSource, DetailType: 'Deposit Paid', Detail: JSON.stringify(deposit) };
  try {
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) throw new Error('EventBridge did not take the event');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no answer';
    throw new Refusal(502, `The decision is stored, but the event did not go out (${why}). Decide again, or let the sweep find it.`);
  } finally {
    client.destroy();
  }
}

/** Unlike the onlooker's, these calls meet faults and are activity. */
function asTheOperator({ laptop }: Room) {
  const { supabase, keys } = laptop.endpoints;
  return database(supabaseClient({ url: supabase, secretKey: keys.supabaseSecret }));
}

function rowsOf({ data, error }: { data: unknown; error: { message: string } | null }): unknown {
  if (error) throw new Error(`The database does not answer the control room: ${error.message}`);
  return data;
}
