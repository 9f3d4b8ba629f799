/**
 * Decides which changed invoices are paid deposits, and announces those. SQS batches; what fails is delivered again.
 * Idempotent: `screened_invoices` keeps the verdict, so a repeated event costs no call to Xero and tells nobody twice.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { DepositRuleVariables, variables } from '../shared/config';
import { type DepositRule, isAllowedTenant, judge } from '../shared/deposit-rule';
import { describeError, TransientError } from '../shared/errors';
import { InvoiceUpdated } from '../shared/events';
import { type Invoice, recognisableNumber } from '../shared/invoice';
import { parseJson } from '../shared/json';
import { log } from '../shared/log';
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import type { Verdict } from '../shared/ports/screenings';
import { accounting, eventPublisher, noticeLog, notices, screenings } from '../shared/services';
import { ownStage, stageFlag } from '../shared/stage';
import { make } from '../shared/step';

type Needs = Pick<Services, 'accounting' | 'eventPublisher' | 'noticeLog' | 'notices' | 'screenings'>;

/** Screens one invoice. Throws if it must be delivered again. */
export async function screenInvoice(event: InvoiceUpdated, services: Needs, rule: DepositRule): Promise<void> {
  const { tenantId, invoiceId } = event;
  if (!isAllowedTenant(tenantId, rule)) return log.warn('invoice of an organisation that is not ours', { tenantId, invoiceId });
  const { outcome, invoiceNumber } = await services.screenings.claim(event);
  log.info('screening', { invoiceId, outcome, via: event.via });
  switch (outcome) {
    case 'busy':
      throw new TransientError('another copy of the event is being screened');
    case 'announce':
      return announce({ tenantId, invoiceId, invoiceNumber }, services);
    case 'done':
      return repeatNotice({ invoiceId, invoiceNumber }, services);
    case 'fetch':
      return fetchAndJudge(event, services, rule);
  }
}

async function fetchAndJudge({ tenantId, invoiceId }: InvoiceUpdated, services: Needs, rule: DepositRule): Promise<void> {
  const found = await services.accounting.getInvoice(tenantId, invoiceId);
  if (!found) return log.warn('Xero does not know the invoice', { tenantId, invoiceId });
  const invoice: Invoice = { ...found, invoiceNumber: recognisableNumber(found) };
  const judged = await services.screenings.record({ invoice, ...judge(invoice, rule) });
  log.info('invoice judged', { invoiceId, verdict: judged.verdict, reasons: judged.reasons.join('; ') });
  if (judged.verdict === 'deposit') await announce({ tenantId, invoiceId, invoiceNumber: invoice.invoiceNumber }, services);
  else await tellOperator({ ...judged, invoiceId, invoiceNumber: invoice.invoiceNumber }, services);
}

/** Starts the state machine through the bus. A repetition starts an execution that ends as AlreadyProvisioning. */
async function announce(deposit: { tenantId: string; invoiceId: string; invoiceNumber: string | null }, services: Needs): Promise<void> {
  const { tenantId, invoiceId, invoiceNumber } = deposit;
  if (invoiceNumber === null) throw new Error('a deposit was recorded without its invoice number');
  await services.eventPublisher.publish([{ detailType: 'Deposit Paid', detail: { tenantId, invoiceId, invoiceNumber } }]);
  await services.screenings.announced(invoiceId);
  log.info('deposit announced', { invoiceId, invoiceNumber });
}

/** An earlier delivery recorded the verdict and may have failed before it told the operator. */
async function repeatNotice(screened: { invoiceId: string; invoiceNumber: string | null }, services: Needs): Promise<void> {
  const { invoiceId, invoiceNumber } = screened;
  if (invoiceNumber === null) return;
  const known = await services.screenings.byNumber(invoiceNumber);
  if (known?.invoiceId === invoiceId) await tellOperator({ ...known, invoiceNumber }, services);
}

interface Screened {
  invoiceId: string;
  invoiceNumber: string;
  verdict: Verdict;
  reasons: string[];
}

async function tellOperator({ invoiceId, invoiceNumber, verdict, reasons }: Screened, services: Needs): Promise<void> {
  if (verdict !== 'near-miss' && verdict !== 'ask-operator') return;
  const stage = stageFlag(ownStage());
  const headline = verdict === 'near-miss' ? 'looks like a paid deposit, but' : 'is a paid deposit, but';
  const body = [
    `Invoice ${invoiceNumber} ${headline} ${reasons.join(', and ')}.`,
    'Nothing has been started for this client.',
    '',
    'If you mend the invoice or contact in Xero, it is looked at again by itself. Or decide now:',
    `  npm run screen -- ${invoiceNumber} --start${stage}     begin onboarding this client`,
    `  npm run screen -- ${invoiceNumber} --dismiss${stage}   it is no deposit; don't ask again`,
  ];
  const notice = { key: `screening/${invoiceId}/${verdict}`, subject: `Please decide: invoice ${invoiceNumber}`, body: body.join('\n') };
  await notifyOnce(notice, services);
}

/** The rule of the bus puts the whole event into the queue. */
const Message = z.object({ detail: InvoiceUpdated });

/** Screens a batch one by one, for Xero's limits; copies of one invoice count as one, the newest. Answers which messages must come again. */
export async function screenBatch({ Records }: SQSEvent, screen: (event: InvoiceUpdated) => Promise<void>): Promise<SQSBatchResponse> {
  const groups = new Map<string, { newest: InvoiceUpdated; messageIds: string[] }>();
  const failed: string[] = [];
  for (const { messageId, body } of Records) {
    const event = Message.safeParse(parseJson(body)).data?.detail;
    if (!event) {
      // It ends in the dead-letter queue, where somebody sees it.
      log.error('message is no invoice event', { messageId });
      failed.push(messageId);
    } else groups.set(event.invoiceId.toLowerCase(), merge(groups.get(event.invoiceId.toLowerCase()), { event, messageId }));
  }
  for (const { newest, messageIds } of groups.values()) {
    try {
      await screen(newest);
    } catch (error) {
      log.warn('screening must be repeated', { invoiceId: newest.invoiceId, ...describeError(error) });
      failed.push(...messageIds);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

function merge(
  group: { newest: InvoiceUpdated; messageIds: string[] } | undefined,
  { event, messageId }: { event: InvoiceUpdated; messageId: string },
) {
  const newest = group && Date.parse(group.newest.updatedUtc) > Date.parse(event.updatedUtc) ? group.newest : event;
  return { newest, messageIds: [...(group?.messageIds ?? []), messageId] };
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const { DEPOSIT_RULE } = variables(DepositRuleVariables);
  const services = await make({ accounting, eventPublisher, noticeLog, notices, screenings });
  return screenBatch(event, (update) => screenInvoice(update, services, DEPOSIT_RULE));
}
