/** Links that a mail carries: the token is in the mail alone, the database keeps its hash. */
import { portalLink } from './link';
import type { Services } from './ports';
import { hashToken, newToken } from './token';

const dayMs = 24 * 3_600_000;
/** As long as the wait of AwaitOnboarding (30 days), and a few days to redrive it. */
const inviteDays = 35;
/** Long enough for somebody who is away for a week. */
const signInDays = 14;

/** A new link to the run's onboarding form; earlier ones stay open. */
export async function newInviteLink(
  to: { runId: string; portalUrl: string },
  { onboardings }: Pick<Services, 'onboardings'>,
): Promise<{ url: string; tokenHash: string }> {
  const token = newToken();
  const tokenHash = hashToken(token);
  await onboardings.createInvite({ runId: to.runId, tokenHash, expiresAt: new Date(Date.now() + inviteDays * dayMs) });
  return { url: portalLink(to.portalUrl, `/onboarding/${token}`), tokenHash };
}

/** A new single-use link by which the user signs in and sets a password. */
export async function newSignInLink(
  to: { userId: string; portalUrl: string },
  { logins }: Pick<Services, 'logins'>,
): Promise<{ url: string }> {
  const token = newToken();
  await logins.createLink({ userId: to.userId, tokenHash: hashToken(token), expiresAt: new Date(Date.now() + signInDays * dayMs) });
  return { url: portalLink(to.portalUrl, `/welcome/${token}`) };
}
