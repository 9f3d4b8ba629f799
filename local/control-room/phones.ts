/** Numbers that were bought, and handsets with what they sent and got, from the Twilio emulator's own books. */
import { australianMobile, E164 } from '../../shared/phone';
import type { Laptop } from '../laptop';
import type { CallResult } from '../twilio/voice';
import { Refusal } from './refusal';

/** Every number of the account that was bought for a run, newest first: `tag` is its FriendlyName. */
export function boughtNumbers({ twilio }: Laptop): { e164: string; tag: string; smsUrl: string }[] {
  return twilio
    .numbers()
    .filter(({ friendlyName }) => friendlyName.startsWith('run-'))
    .map(({ phoneNumber, friendlyName, smsUrl }) => ({ e164: phoneNumber, tag: friendlyName, smsUrl }))
    .toReversed();
}

/** What a handset has sent and got, oldest first. `at` is ISO 8601, `status` Twilio's. */
export function handset({ twilio }: Laptop, number: string) {
  return twilio.phone(number).map(({ sid, direction, from, to, body, atMs, status }) => ({
    id: sid,
    direction,
    with: direction === 'sent' ? to : from,
    body,
    at: new Date(atMs).toISOString(),
    status,
  }));
}
export type HandsetText = ReturnType<typeof handset>[number];

/** Handsets that ever texted or were texted, the latest first. */
export function handsets({ twilio }: Laptop): string[] {
  const own = new Set(twilio.numbers().map(({ phoneNumber }) => phoneNumber));
  const others = twilio.messages().flatMap(({ from, to }) => [from, to].filter((number) => !own.has(number)));
  return [...new Set(others.toReversed())];
}

/** Who sends an SMS: a number in E.164 or as Australians write mobiles, a short code, or a name. Throws 400. */
export function senderOf(text: string): string {
  const typed = text.trim();
  const isNumber = E164.safeParse(typed).success || /^\d{3,8}$/.test(typed);
  const isName = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(typed);
  const sender = isNumber || isName ? typed : australianMobile(typed);
  if (sender) return sender;
  const hint = `"${typed}" is no phone: give an Australian mobile (0491 570 157), a number in E.164 (+61491570157), a short code or a sender's name.`;
  throw new Refusal(400, hint, { from: hint });
}

/** Calls one of our numbers from a phone; answers what the caller heard and who was rung. 404 if nobody here owns `to`. */
export async function callFrom({ twilio }: Laptop, call: { from: string; to: string; ownerAnswers: boolean }): Promise<CallResult> {
  return twilio.callFromHandset({ ...call, to: ourNumber(twilio, call.to) });
}

/** Sends a text as a lead does. 404 if nobody here owns `to`, 409 if Twilio takes nothing in. */
export async function textFrom({ twilio }: Laptop, { from, to, body }: { from: string; to: string; body: string }): Promise<string> {
  const wanted = ourNumber(twilio, to);
  try {
    return await twilio.sendFromHandset({ from, to: wanted, body });
  } catch (error) {
    throw new Refusal(409, error instanceof Error ? error.message : 'Twilio does not take it.');
  }
}

function ourNumber(twilio: Laptop['twilio'], typed: string): string {
  const wanted = australianMobile(typed) ?? typed.trim();
  if (twilio.numbers().some(({ phoneNumber }) => phoneNumber === wanted)) return wanted;
  const hint = `Our Twilio account has no number ${wanted}; GET /api/numbers lists those that were bought.`;
  throw new Refusal(404, hint, { to: hint });
}
