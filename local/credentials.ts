import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Collection } from './kernel/collection';
import type { Kernel } from './kernel/kernel';

/** What the local vendors ask for; made at the first start and kept with the laptop's state. No real credential is ever among them. */
export const LocalCredentials = z.object({
  xeroClientId: z.string(),
  xeroClientSecret: z.string(),
  xeroWebhookKey: z.string(),
  twilioAccountSid: z.string(),
  twilioAuthToken: z.string(),
});
export type LocalCredentials = z.infer<typeof LocalCredentials>;

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

export async function localCredentials(kernel: Kernel): Promise<LocalCredentials> {
  const kept = new Collection(kernel.store, 'local_credentials', LocalCredentials);
  const existing = kept.get('all');
  if (existing) return existing;
  const made: LocalCredentials = {
    xeroClientId: hex(16).toUpperCase(),
    xeroClientSecret: randomBytes(36).toString('base64url'),
    xeroWebhookKey: randomBytes(64).toString('base64'),
    twilioAccountSid: `AC${hex(16)}`,
    twilioAuthToken: hex(16),
  };
  await kept.put('all', made);
  return made;
}
