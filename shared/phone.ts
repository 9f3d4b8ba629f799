/** Australian phone numbers. Pure. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import * as z from 'zod';

/** E.164, for example `+61480000001`. */
export const E164 = z.string().regex(/^\+[1-9]\d{6,14}$/);

/** The E.164 form of an Australian mobile as people type it (`0480 000 001`), or undefined if it is none. */
export function australianMobile(text: string): string | undefined {
  const parsed = parsePhoneNumberFromString(text, 'AU');
  return parsed?.country === 'AU' && parsed.isValid() ? parsed.number : undefined;
}

/** The same, and landlines (`02 9876 5432`): a phone that can be rung. */
export function australianPhone(text: string): string | undefined {
  const [, landline] = /^(?:\+?61|0)([2378]\d{8})$/.exec(text.replace(/[\s()-]/g, '')) ?? [];
  return landline ? `+61${landline}` : australianMobile(text);
}

/** How people read it: `0480 000 001`, international elsewhere. */
export function displayPhone(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (!parsed) return e164;
  return parsed.countryCallingCode === '61' ? parsed.formatNational() : parsed.formatInternational();
}
