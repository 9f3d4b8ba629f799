/** /onboarding/:token: the SOP's step 2 as the client sees it. A form joins a run through the invite in its link and in no other way. */
import { type Context, Hono } from 'hono';
import { DateTime } from 'luxon';
import { describeError } from '../../shared/errors';
import { newInviteLink } from '../../shared/fresh-links';
import { log } from '../../shared/log';
import { freshInviteMail } from '../../shared/mail/fresh-invite';
import type { Invite, Submitted } from '../../shared/ports/ledger';
import { hashToken } from '../../shared/token';
import { emptyFields, parseForm, type Typed, typedOf } from './form-fields';
import { mailLink } from './mail-link';
import { type FormPageProps, OnboardingFormPage } from './pages/onboarding-form';
import { InviteClosed, InviteExpired, InviteRenewed, InviteUnknown, Thanks } from './pages/onboarding-pages';
import { cleanedFields } from './posted-fields';
import type { PortalEnv, PortalServices } from './services';
import { emptyForm, submitWithoutInvite } from './unattached-form';

export const onboarding = new Hono<PortalEnv>({ strict: false })
  .get('/', emptyForm)
  .post('/', submitWithoutInvite)
  .get('/:token', showForm)
  .post('/:token', submitForm)
  .get('/:token/thanks', showThanks)
  .post('/:token/use-sent-form', useSentForm)
  .post('/:token/renew', renewInvite)
  // Somebody opened the address of a button's answer again.
  .get('/:token/:button{use-sent-form|renew}', (c) => c.redirect(pathOf(c), 303));

type Request = Context<PortalEnv>;

const pathOf = (c: Request) => `/onboarding/${encodeURIComponent(c.req.param('token') ?? '')}`;
const hashOf = (c: Request) => hashToken(c.req.param('token') ?? '');

async function showForm(c: Request) {
  const invite = await c.var.services.onboardings.invite(hashOf(c));
  if (invite.state !== 'open') return refusal(c, invite.state);
  return c.html(<OnboardingFormPage {...pageOf(c, invite)} />);
}

/** Whatever fails, what was typed is shown again. */
async function submitForm(c: Request) {
  const typed = await cleanedFields(c);
  try {
    return await store(c, typed);
  } catch (error) {
    log.error('an onboarding form could not be stored', describeError(error));
    const trouble = 'We could not save this just now. Nothing you typed is lost: please press Send again in a minute.';
    return c.html(<OnboardingFormPage action={pathOf(c)} typed={typed} trouble={trouble} />, 503);
  }
}

async function store(c: Request, typed: Typed) {
  const { onboardings } = c.var.services;
  const parsed = parseForm(typed);
  if ('problems' in parsed) return showProblems(c, { typed, problems: parsed.problems });
  const submitted = await onboardings.submit({ tokenHash: hashOf(c), form: parsed.form });
  // The link ran out while they typed: the fresh one will offer what they sent, if it names the contact's e-mail.
  if (submitted.outcome === 'expired') await onboardings.submitUnattached(parsed.form);
  return afterSubmit(c, submitted);
}

/** That a link has died is said now and not after everything has been mended. */
async function showProblems(c: Request, answers: Pick<FormPageProps, 'typed' | 'problems'>) {
  const invite = await c.var.services.onboardings.invite(hashOf(c));
  if (invite.state !== 'open') return refusal(c, invite.state);
  return c.html(<OnboardingFormPage {...pageOf(c, invite)} {...answers} />, 422);
}

async function useSentForm(c: Request) {
  const { onboardings } = c.var.services;
  const { onboardingId = '' } = await cleanedFields(c);
  const submitted = await onboardings.attach({ tokenHash: hashOf(c), onboardingId });
  if (submitted.outcome !== 'unknown') return afterSubmit(c, submitted);
  const invite = await onboardings.invite(hashOf(c));
  if (invite.state !== 'open') return refusal(c, invite.state);
  const trouble = 'That form can’t be used any more. Please go on with this one.';
  return c.html(<OnboardingFormPage {...pageOf(c, invite)} trouble={trouble} />, 409);
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
    log.warn('wake-up failed, nudge-onboarding will repeat it', { runId, ...describeError(error) });
  }
}

/** The execution can be past ProvisionNumber before the browser comes back: `closed` is a success here. */
async function showThanks(c: Request) {
  const { state, form } = await c.var.services.onboardings.invite(hashOf(c));
  if (state === 'closed') return c.html(<Thanks form={null} next="set-up" editPath={null} />);
  if (state !== 'open') return refusal(c, state);
  return form ? c.html(<Thanks form={form} next="set-up" editPath={pathOf(c)} />) : c.redirect(pathOf(c), 303);
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
    await mailLink({ key, template: 'fresh-invite', runId, to: email, compose }, services);
  }
  return c.html(<InviteRenewed />);
}

function refusal(c: Request, state: 'closed' | 'expired' | 'unknown') {
  if (state === 'closed') return c.html(<InviteClosed />, 409);
  if (state === 'expired') return c.html(<InviteExpired renewPath={`${pathOf(c)}/renew`} />, 410);
  return c.html(<InviteUnknown />, 404);
}

function pageOf(c: Request, { form, offer }: Invite): FormPageProps {
  const offered = offer && !form ? { onboardingId: offer.onboardingId, sentOn: dayOf(offer.submittedAt) } : null;
  return { action: pathOf(c), typed: form ? typedOf(form) : emptyFields(), editing: form !== null, offer: offered };
}

/** The day on the east coast, as the mail that offers it says: where the client is, only the form knows. */
function dayOf(time: string): string {
  return DateTime.fromISO(time, { zone: 'Australia/Sydney' }).toFormat('d LLLL yyyy');
}
