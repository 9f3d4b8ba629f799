/** /onboarding: the SOP's step 2 as the client sees it. A form joins a run through the invite in its link and in no other way. */
import { type Context, Hono } from 'hono';
import { DateTime } from 'luxon';
import { newInviteLink } from '../../shared/fresh-links';
import { log } from '../../shared/log';
import { freshInviteMail } from '../../shared/mail/fresh-invite';
import type { Invite, Submitted } from '../../shared/ports';
import { sendOnce } from '../../shared/send-once';
import { hashToken } from '../../shared/token';
import { emptyFields, parseForm, type Typed, typedOf } from './form-fields';
import { OnboardingFormPage } from './pages/onboarding-form';
import { InviteClosed, InviteExpired, InviteRenewed, InviteUnknown, Thanks } from './pages/onboarding-pages';
import type { PortalEnv, PortalServices } from './services';

export const onboarding = new Hono<PortalEnv>()
  .get('/', (c) => c.html(<OnboardingFormPage action="/onboarding" typed={emptyFields()} />))
  .post('/', submitWithoutInvite)
  .get('/:token', showForm)
  .post('/:token', submitForm)
  .get('/:token/thanks', showThanks)
  .post('/:token/use-sent-form', useSentForm)
  .post('/:token/renew', renewInvite);

type Request = Context<PortalEnv>;

const pathOf = (c: Request) => `/onboarding/${c.req.param('token') ?? ''}`;
const hashOf = (c: Request) => hashToken(c.req.param('token') ?? '');

async function typedFields(c: Request): Promise<Typed> {
  const body = await c.req.parseBody();
  return Object.fromEntries(Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])));
}

async function submitWithoutInvite(c: Request) {
  const typed = await typedFields(c);
  const parsed = parseForm(typed);
  if ('problems' in parsed) return c.html(<OnboardingFormPage action="/onboarding" typed={typed} problems={parsed.problems} />, 422);
  await c.var.services.onboardings.submitUnattached(parsed.form);
  return c.html(<Thanks form={parsed.form} editPath={null} />);
}

async function showForm(c: Request) {
  const invite = await c.var.services.onboardings.invite(hashOf(c));
  if (invite.state !== 'open') return refusal(c, invite.state);
  const typed = invite.form ? typedOf(invite.form) : emptyFields();
  return c.html(<OnboardingFormPage action={pathOf(c)} typed={typed} editing={invite.form !== null} offer={offerOf(invite)} />);
}

async function submitForm(c: Request) {
  const typed = await typedFields(c);
  const parsed = parseForm(typed);
  if ('problems' in parsed) return c.html(<OnboardingFormPage action={pathOf(c)} typed={typed} problems={parsed.problems} />, 422);
  try {
    return await afterSubmit(c, await c.var.services.onboardings.submit({ tokenHash: hashOf(c), form: parsed.form }));
  } catch (error) {
    log.error('an onboarding form could not be stored', { error: error instanceof Error ? error.name : 'unknown' });
    const trouble = 'We could not save this just now. Nothing you typed is lost: please press Send again in a minute.';
    return c.html(<OnboardingFormPage action={pathOf(c)} typed={typed} trouble={trouble} />, 503);
  }
}

async function useSentForm(c: Request) {
  const { onboardingId = '' } = await typedFields(c);
  return afterSubmit(c, await c.var.services.onboardings.attach({ tokenHash: hashOf(c), onboardingId }));
}

async function afterSubmit(c: Request, submitted: Submitted) {
  if (submitted.outcome !== 'stored') return refusal(c, submitted.outcome);
  await wake(submitted, c.var.services);
  return c.redirect(`${pathOf(c)}/thanks`, 303);
}

/** The form is stored, so the client is done: a wake-up that fails here is repeated by nudge-onboarding. */
async function wake({ runId, taskToken }: Submitted, { executions, onboardings }: PortalServices): Promise<void> {
  if (!runId || !taskToken) return;
  try {
    await executions.sendTaskSuccess(taskToken, {});
    await onboardings.closeWait({ runId, taskToken });
  } catch (error) {
    log.warn('wake-up failed, nudge-onboarding will repeat it', { runId, error: error instanceof Error ? error.name : 'unknown' });
  }
}

async function showThanks(c: Request) {
  const invite = await c.var.services.onboardings.invite(hashOf(c));
  if (!invite.form) return invite.state === 'open' ? c.redirect(pathOf(c), 303) : refusal(c, invite.state);
  return c.html(<Thanks form={invite.form} editPath={pathOf(c)} />);
}

async function renewInvite(c: Request) {
  const { services, baseUrl } = c.var;
  const contact = await services.onboardings.contactOf(hashOf(c));
  if (contact) {
    const { runId, email, firstName } = contact;
    // One fresh link an hour and run, however often the button is pressed.
    const key = `${runId}:fresh-invite-${DateTime.utc().toFormat('yyyyMMddHH')}`;
    const compose = async () => {
      const { url } = await newInviteLink({ runId, portalUrl: baseUrl }, services);
      return freshInviteMail(services.brand, { firstName, formUrl: url });
    };
    await sendOnce({ key, template: 'fresh-invite', runId, to: email, compose }, services);
  }
  return c.html(<InviteRenewed />);
}

function refusal(c: Request, state: 'closed' | 'expired' | 'unknown') {
  if (state === 'closed') return c.html(<InviteClosed />, 409);
  if (state === 'expired') return c.html(<InviteExpired renewPath={`${pathOf(c)}/renew`} />, 410);
  return c.html(<InviteUnknown />, 404);
}

function offerOf({ offer, form }: Invite) {
  if (!offer || form) return null;
  return {
    onboardingId: offer.onboardingId,
    sentOn: DateTime.fromISO(offer.submittedAt, { zone: 'Australia/Sydney' }).toFormat('d LLLL yyyy'),
  };
}
