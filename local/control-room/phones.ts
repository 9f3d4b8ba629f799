/** Numbers that were bought and texts that were sent, from the Twilio emulator's own books. */
import type { Laptop } from '../laptop';

/** One text between two phones; `at` is ISO 8601. */
export interface PhoneText {
  from: string;
  to: string;
  body: string;
  at: string;
}

/** Every number of the account that was bought for a run: `tag` is its FriendlyName. */
export function boughtNumbers({ twilio }: Laptop): { e164: string; tag: string; smsUrl: string }[] {
  return twilio
    .numbers()
    .filter(({ friendlyName }) => friendlyName.startsWith('run-'))
    .map(({ phoneNumber, friendlyName, smsUrl }) => ({ e164: phoneNumber, tag: friendlyName, smsUrl }));
}

/** What a handset has sent and got, oldest first. */
export function handset({ twilio }: Laptop, number: string) {
  return twilio.phone(number).map(({ direction, from, to, body, atMs }) => ({
    direction,
    with: direction === 'sent' ? to : from,
    body,
    at: new Date(atMs).toISOString(),
  }));
}

/** The newest 30 of all texts, newest first. */
export function recentTexts({ twilio }: Laptop): PhoneText[] {
  return twilio
    .messages()
    .slice(-30)
    .toReversed()
    .map(({ from, to, body, createdMs }) => ({ from, to, body, at: new Date(createdMs).toISOString() }));
}
