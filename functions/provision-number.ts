/**
 * SOP step 3: buys exactly one number for the client and points it at us.
 * Idempotent: one reservation per run and per number, and the number bought carries the run's tag; after an answer that was lost the next attempt
 * looks first and then asks for the same number again, never for another. Balance and price are looked at before a number is asked for, and not again:
 * what may be paid for already is never refused.
 */
import { NumberVariables, variables } from '../shared/config';
import { TerminalError, TransientError } from '../shared/errors';
import { numberWebhooks } from '../shared/number-settings';
import type { Services } from '../shared/ports';
import type { NumberKind, NumberWebhooks, OwnedNumber } from '../shared/ports/twilio';
import { kindOf, type Order, runTag, spendRefusal, wrongSettings } from '../shared/purchase';
import type { Run } from '../shared/run';
import { ledger, numberReservations, telephony } from '../shared/services';
import { step } from '../shared/step';

/** `webhooks`: what the number must call; the SIDs of the approved bundle and address; `allowLocal`: better a landline than none. */
interface Settings {
  webhooks: NumberWebhooks;
  bundleSid: string | undefined;
  addressSid: string | undefined;
  allowLocal: boolean;
}
type Uses = Pick<Services, 'numberReservations' | 'telephony'> & { settings: Settings };

/** How many numbers Twilio may say no to in one attempt; the next attempt searches anew. */
const mostRefusals = 5;

export async function provisionNumber(run: Run, services: Uses) {
  const { runId } = run;
  const { numberReservations } = services;
  const { e164, sid } = (await alreadyBought(run, services)) ?? (await buyReserved(run, services)) ?? (await buyAnother(runId, services));
  await numberReservations.record({ runId, e164, sid, state: 'owned' });
  await pointAtUs(sid, services);
  await numberReservations.record({ runId, e164, sid, state: 'configured' });
  return { evidence: { number: e164, sid } };
}

/** By SID once that is recorded, else by the run's tag. */
async function alreadyBought({ runId, number }: Run, { telephony }: Uses): Promise<OwnedNumber | undefined> {
  return number?.sid ? telephony.fetchNumber(number.sid) : telephony.findByTag(runTag(runId));
}

/** What an earlier attempt chose, and may have asked Twilio for, before any other. */
async function buyReserved({ runId, number }: Run, services: Uses): Promise<OwnedNumber | undefined> {
  if (!number) return undefined;
  if (number.state === 'reserved') await guardSpending(kindOf(number.e164), services);
  const order = await reserve({ runId, e164: number.e164 }, services);
  return order ? buy(order, services) : undefined;
}

async function buyAnother(runId: string, services: Uses): Promise<OwnedNumber> {
  const { kind, numbers } = await candidates(services);
  await guardSpending(kind, services);
  let refusals = 0;
  for (const e164 of numbers) {
    const order = await reserve({ runId, e164 }, services);
    if (!order) continue;
    const bought = await buy(order, services);
    if (bought) return bought;
    refusals += 1;
    if (refusals === mostRefusals) break;
  }
  throw new TransientError('every number on offer went to somebody else', { accepted: 'no' });
}

/** Mobiles if there are any; SOP: "Australian mobile preferred". */
async function candidates({ telephony, settings }: Uses): Promise<{ kind: NumberKind; numbers: string[] }> {
  for (const kind of settings.allowLocal ? (['mobile', 'local'] as const) : (['mobile'] as const)) {
    const numbers = await telephony.searchAvailable(kind);
    if (numbers.length > 0) return { kind, numbers };
  }
  const wanted = settings.allowLocal ? 'mobile or local number' : 'mobile number';
  throw new TerminalError('NumberUnavailable', `no Australian ${wanted} that does SMS is for sale at Twilio`);
}

/** Before a number is reserved, so that a refused purchase takes no place in the day's cap. */
async function guardSpending(kind: NumberKind, { numberReservations, telephony }: Uses): Promise<void> {
  const [price, limits] = await Promise.all([telephony.monthlyPrice(kind), numberReservations.limits()]);
  const balance = limits.balanceFloorCents === null ? undefined : await telephony.balance();
  const refusal = spendRefusal({ price, balance, limits });
  if (refusal) throw refusal;
}

/** Undefined if another run has reserved it. */
async function reserve(wish: Pick<Order, 'runId' | 'e164'>, { numberReservations }: Uses): Promise<Order | undefined> {
  const { outcome, attempt } = await numberReservations.reserve(wish);
  if (outcome === 'purchases-disabled') throw new TerminalError('PurchasesDisabled', 'buying numbers is switched off in system_settings');
  if (outcome === 'daily-cap') throw new TerminalError('DailyNumberCapReached', "today's cap on bought numbers is reached");
  return outcome === 'reserved' ? { ...wish, attempt } : undefined;
}

/** Undefined if the number went to somebody else; the reservation is free again then. */
async function buy(order: Order, services: Uses): Promise<OwnedNumber | undefined> {
  const { numberReservations } = services;
  if (!(await numberReservations.request(order))) throw new TransientError('another attempt is buying for this run', { accepted: 'no' });
  const bought = await buyOrFind(order, services);
  if (!bought) await numberReservations.release(order);
  return bought;
}

/** Twilio sells a number to its owner again and renames it, so look first; and look again at a refusal, because its lists lag behind its sales. */
async function buyOrFind({ runId, e164 }: Order, { telephony, settings }: Uses): Promise<OwnedNumber | undefined> {
  const { webhooks, bundleSid, addressSid } = settings;
  const tag = runTag(runId);
  const before = await telephony.findByNumber(e164);
  if (before) return before.tag === tag ? before : undefined;
  const answer = await telephony.buy({ e164, tag, webhooks, bundleSid, addressSid });
  if (answer !== 'taken') return answer;
  const after = await telephony.findByNumber(e164);
  return after?.tag === tag ? after : undefined;
}

/** Reads back what the number really does, and mends it once. */
async function pointAtUs(sid: string, { telephony, settings }: Uses): Promise<void> {
  const { webhooks } = settings;
  if (wrongSettings(await telephony.fetchNumber(sid), webhooks).length === 0) return;
  await telephony.configure(sid, webhooks);
  const wrong = wrongSettings(await telephony.fetchNumber(sid), webhooks);
  if (wrong.length > 0) throw new TerminalError('NumberMisconfigured', `${sid} does not keep its settings: ${wrong.join(', ')}`);
}

async function settings(): Promise<Settings> {
  const found = variables(NumberVariables);
  return {
    webhooks: numberWebhooks(),
    bundleSid: found.TWILIO_BUNDLE_SID,
    addressSid: found.TWILIO_ADDRESS_SID,
    allowLocal: found.ALLOW_LOCAL_NUMBER,
  };
}

export const handler = step('ProvisionNumber', provisionNumber, { ledger, numberReservations, telephony, settings });
