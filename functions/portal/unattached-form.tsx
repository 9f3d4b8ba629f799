/** /onboarding without an invite, before payment say: stored, joined to no run, and open to everybody, robots too. */
import type { Context } from 'hono';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { emptyFields, parseForm } from './form-fields';
import { OnboardingFormPage } from './pages/onboarding-form';
import { Thanks } from './pages/onboarding-pages';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';

/** An unseen field that only a robot fills in. No browser or password manager knows the name, so none fills it in for a person. */
const trap = 'remarks';
const page = { action: '/onboarding', trap };

export function emptyForm(c: Context<PortalEnv>) {
  return c.html(<OnboardingFormPage {...page} typed={emptyFields()} />);
}

/** Whatever fails, what was typed is shown again. */
export async function submitWithoutInvite(c: Context<PortalEnv>) {
  const typed = await cleanedFields(c);
  const parsed = parseForm(typed);
  if ('problems' in parsed) return c.html(<OnboardingFormPage {...page} typed={typed} problems={parsed.problems} />, 422);
  try {
    // A robot that sees no difference does not try again.
    if (typed[trap]) log.warn('a form without an invite came from a robot and was not stored');
    else await c.var.services.onboardings.submitUnattached(parsed.form);
  } catch (error) {
    log.error('a form without an invite could not be stored', describeError(error));
    const trouble = 'We could not save this just now. Nothing you typed is lost: please press Send again in a minute.';
    return c.html(<OnboardingFormPage {...page} typed={typed} trouble={trouble} />, 503);
  }
  return c.html(<Thanks form={parsed.form} next="deposit" editPath={null} />);
}
