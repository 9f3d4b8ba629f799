/**
 * Finds messages that Twilio has received for our clients' numbers and we have not, or have not answered for all we know, and takes them in: the repair path
 * behind webhook, fallback and queue.
 * Idempotent: see `takeInLate`. Numbers go one by one, for Twilio's limits, the one longest not looked at first.
 */
import { describeError } from '../shared/errors';
import { takeInLate, type LateServices } from '../shared/late-intake';
import { log } from '../shared/log';
import type { LateMessages } from '../shared/ports/conversations';
import { conversations, eventPublisher, lateMessages, replyWriter, smsStatusUrl, telephony, textLog } from '../shared/services';
import { make } from '../shared/step';

/** A webhook, its repetitions and the fallback are over by then. */
const settledMs = 2 * 60_000;
/** Below the function's time-out of 300 s, with room for the number at hand; the next round goes on with the others. */
const budgetMs = 240_000;

/** Compares every number once; then throws if any of it failed. Answers how many messages were missing or in doubt. */
export async function reconcileMessages(services: LateServices): Promise<number> {
  const startedAt = Date.now();
  const failures: unknown[] = [];
  let found = 0;
  await tellOfLeads(services).catch((error: unknown) => failures.push(error));
  for (const number of await services.lateMessages.numbers()) {
    if (Date.now() - startedAt > budgetMs) break;
    try {
      found += await reconcileNumber(number, services);
    } catch (error) {
      log.warn('a number could not be reconciled', describeError(error));
      failures.push(error);
    }
  }
  log.info('messages reconciled', { found, failures: failures.length });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts of the reconciliation failed`);
  return found;
}

/** `Lead Captured` again for what a crash between message and event has left untold. */
async function tellOfLeads({ conversations, eventPublisher }: LateServices): Promise<void> {
  const untold = await conversations.unannounced();
  if (untold.length === 0) return;
  await eventPublisher.publish(untold.map((detail) => ({ detailType: 'Lead Captured', detail })));
  for (const { leadId, reason } of untold)
    await conversations.recordAnnounced({ leadId, kinds: reason === 'urgent' || reason === 'person' ? ['new', reason] : ['new'] });
  log.warn('leads were announced late', { count: untold.length });
}

/** Only a number whose messages are all in counts as looked at. */
async function reconcileNumber(
  { e164, since }: Awaited<ReturnType<LateMessages['numbers']>>[number],
  services: LateServices,
): Promise<number> {
  const { lateMessages, telephony } = services;
  const at = new Date();
  const received = await telephony.received({ to: e164, since });
  // Twilio may count `since` by days, and what came before a number was ours is none of our business.
  const settled = received.filter(({ sentAt }) => sentAt >= since && at.getTime() - sentAt.getTime() > settledMs);
  const open = new Set(settled.length > 0 ? await lateMessages.unsettled(settled.map(({ messageSid }) => messageSid)) : []);
  for (const message of settled) if (open.has(message.messageSid)) await takeInLate(message, services);
  await lateMessages.recordReconciled({ e164, at });
  return open.size;
}

export async function handler(): Promise<void> {
  await reconcileMessages(await make({ conversations, eventPublisher, lateMessages, replyWriter, smsStatusUrl, telephony, textLog }));
}
