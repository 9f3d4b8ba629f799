/** Twilio's reports on texts that we send. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
import * as z from 'zod';
import type { TextStatus } from './ports/conversations';

/** Twilio's words in ours. What it may add one day is no news. */
const meanings: Record<string, TextStatus> = {
  accepted: 'queued',
  scheduled: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/** `MessageStatus` is undefined if it is a word that we do not know. */
export const TextReport = z.object({
  MessageSid: z.string().min(1).max(64),
  MessageStatus: z.string().transform((status) => meanings[status]),
  ErrorCode: z.coerce.number().int().optional(),
});
export type TextReport = z.infer<typeof TextReport>;

/** Where Twilio reports on the text `ref` (of port TextLog). It tries twice more on any failure. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export function statusUrlFor(baseUrl: string, ref: string): string {
  return `${baseUrl}?ref=${encodeURIComponent(ref)}#rc=2&rp=all`;
}
