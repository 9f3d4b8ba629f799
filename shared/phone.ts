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

/** How people read it: `0480 000 001`, international elsewhere. */
export function displayPhone(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (!parsed) return e164;
  return parsed.countryCallingCode === '61' ? parsed.formatNational() : parsed.formatInternational();
}
