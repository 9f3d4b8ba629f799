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
/** Behind the front door everybody comes from a few of CloudFront's addresses: together they may do as much as twenty machines. */
const machinesPerDoor = 20;

/** Seconds until another try with this e-mail, known to us or not, is taken; null: now. A counter that does not answer lets people in. */
export async function mustWait(c: Request, email: string): Promise<number | null> {
  const byEmail = hit(c, { key: `sign-in:${hashToken(email)}`, limit: tries.email });
  const wait = Math.max(...(await Promise.all([byEmail, hitFrom(c, 'sign-in', tries.address)])));
  return wait > 0 ? wait : null;
}

/** Links to sign in that one machine may ask for. */
export async function mayAsk(c: Request): Promise<boolean> {
  return (await hitFrom(c, 'link', tries.links)) === 0;
}

/** Seconds that the machine must wait; 0: none. What it says of itself can be forged, so what the connection says has a limit of its own. */
async function hitFrom(c: Request, what: 'sign-in' | 'link', limit: number): Promise<number> {
  const door = addressOf(c);
  if (!door) return 0;
  const machine = `${door} for ${c.req.header('x-forwarded-for') ?? door}`;
  const waits = await Promise.all([
    hit(c, { key: `${what}-from:${hashToken(machine)}`, limit }),
    hit(c, { key: `${what}-by:${hashToken(door)}`, limit: limit * machinesPerDoor }),
  ]);
  return Math.max(...waits);
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

/** The connection's, as Lambda saw it: of the front door's, if the request came through that. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function addressOf(c: Request): string | undefined {
  return LambdaBindings.safeParse(c.env).data?.requestContext.http.sourceIp;
}
