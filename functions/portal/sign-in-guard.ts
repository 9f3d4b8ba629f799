/** Guessing passwords and sending mails to strangers is slowed down. Keys hold hashes, never an address. */
import type { Context } from 'hono';
import * as z from 'zod';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { hashToken } from '../../shared/token';
import type { PortalEnv } from './services';

type Request = Context<PortalEnv>;

const quarterHour = 900;
/** A person mistypes a few times; one machine behind a site's router can be many people. */
const tries = { email: 10, address: 50, links: 20 };

/** Seconds until another try with this e-mail, known to us or not, is taken; null: now. A counter that does not answer lets people in. */
export async function mustWait(c: Request, email: string): Promise<number | null> {
  const hits = [hit(c, { key: `sign-in:${hashToken(email)}`, limit: tries.email })];
  const address = addressOf(c);
  if (address) hits.push(hit(c, { key: `sign-in-from:${hashToken(address)}`, limit: tries.address }));
  const waits = (await Promise.all(hits)).filter((seconds) => seconds > 0);
  return waits.length > 0 ? Math.max(...waits) : null;
}

/** Links to sign in that one machine may ask for. */
export async function mayAsk(c: Request): Promise<boolean> {
  const address = addressOf(c);
  return !address || (await hit(c, { key: `link-from:${hashToken(address)}`, limit: tries.links })) === 0;
}

/** Auth compares a password only for an address that it knows, which takes it longer; an answer that must not tell comes this many milliseconds after the question. */
const evenMs = 1000;

/** Call it when the request arrives; what it answers resolves when the answer may go out. */
export function evenTime(c: Request): () => Promise<void> {
  const began = performance.now();
  return () => c.var.services.wait(evenMs - (performance.now() - began));
}

/** The operator watches for people who cannot get in. */
export async function noteFailure(c: Request, email: string): Promise<void> {
  try {
    await c.var.services.rateLimits.signInFailed(email);
  } catch (error) {
    log.warn('a failed sign-in was not counted', describeError(error));
  }
}

async function hit(c: Request, { key, limit }: { key: string; limit: number }): Promise<number> {
  try {
    const { allowed, retryAfterSeconds } = await c.var.services.rateLimits.hit({ key, limit, windowSeconds: quarterHour });
    return allowed ? 0 : Math.max(1, retryAfterSeconds);
  } catch (error) {
    log.warn('a try was not counted', describeError(error));
    return 0;
  }
}

const LambdaBindings = z.object({ requestContext: z.object({ http: z.object({ sourceIp: z.string() }) }) });

/** As Lambda saw it: headers can be forged. */
function addressOf(c: Request): string | undefined {
  return LambdaBindings.safeParse(c.env).data?.requestContext.http.sourceIp;
}
