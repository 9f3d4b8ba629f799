/**
 * SOP step 6: a login for the client, without a password, as owner of the business.
 * Idempotent: whether the person was here before is decided once, before Auth is touched, and a user whose creation got no answer is looked up.
 */
import { TerminalError } from '../shared/errors';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { identity, ledger, logins } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'identity' | 'logins'>;

export async function createLogin(run: Run, services: Uses) {
  const { runId } = run;
  const { email } = required(run.onboarding, 'the onboarding form').form;
  const { userId: known, existedBefore } = await services.logins.plan({ runId, email });
  // A client who comes back may not sign in since the offboarding.
  if (known) await services.identity.allowSignIn(known);
  const userId = known ?? (await newUser(email, services));
  await services.logins.record({ runId, userId });
  return { evidence: { userId, existedBefore } };
}

async function newUser(email: string, { identity, logins }: Uses): Promise<string> {
  const created = await identity.createUser(email);
  if (created !== 'exists') return created.userId;
  const userId = await logins.userIdOf(email);
  if (!userId) throw new TerminalError('LoginConflict', 'Supabase Auth says that the e-mail address has a login, but none is found');
  return userId;
}

export const handler = step('CreateLogin', createLogin, { identity, ledger, logins });
