/** Port Onboardings on Postgres: supabase/migrations/…_onboardings.sql. */
import * as z from 'zod';
import { OnboardingForm } from '../../onboarding-form';
import type { Onboardings } from '../../ports/ledger';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const InviteAnswer = z.object({
  state: z.enum(['open', 'closed', 'expired', 'unknown']),
  runId: z.uuid().nullable(),
  form: OnboardingForm.nullable(),
  contactName: z.string().nullable(),
  offer: z.object({ onboardingId: z.uuid(), submittedAt: Utc }).nullable(),
});
const SubmittedAnswer = z.object({
  outcome: z.enum(['stored', 'closed', 'expired', 'unknown']),
  businessId: z.uuid().nullable(),
  runId: z.uuid().nullable(),
  taskToken: z.string().nullable(),
});
const ContactAnswer = z.object({ runId: z.uuid(), email: z.string(), firstName: z.string().nullable() });
const Due = z.object({
  reminders: z.array(ContactAnswer.extend({ day: z.union([z.literal(1), z.literal(3), z.literal(7)]), invoiceNumber: z.string() })),
  offers: z.array(ContactAnswer.extend({ onboardingId: z.uuid(), submittedAt: Utc })),
  wakeUps: z.array(z.object({ runId: z.uuid(), taskToken: z.string() })),
});

export function supabaseOnboardings(db: Database): Onboardings {
  return {
    createInvite: ({ runId, tokenHash, expiresAt }) => {
      const args = { p_run_id: runId, p_token_hash: tokenHash, p_expires_at: expiresAt.toISOString(), p_now: now() };
      return db.call('create_invite', args, Nothing);
    },
    invite: (tokenHash) => db.call('find_invite', { p_token_hash: tokenHash, p_now: now() }, InviteAnswer),
    submit: ({ tokenHash, form }) => db.call('submit_form', { p_token_hash: tokenHash, p_form: form, p_now: now() }, SubmittedAnswer),
    submitUnattached: (form) => db.call('submit_unattached_form', { p_form: form, p_now: now() }, z.object({ businessId: z.uuid() })),
    attach: ({ tokenHash, onboardingId }) =>
      db.call('attach_form', { p_token_hash: tokenHash, p_onboarding_id: onboardingId, p_now: now() }, SubmittedAnswer),
    openWait: ({ runId, taskToken }) =>
      db.call('open_wait', { p_run_id: runId, p_task_token: taskToken, p_now: now() }, z.object({ submitted: z.boolean() })),
    closeWait: ({ runId, taskToken }) => db.call('close_wait', { p_run_id: runId, p_task_token: taskToken, p_now: now() }, Nothing),
    due: () => db.call('due_onboardings', { p_now: now() }, Due),
    contactOf: async (tokenHash) => (await db.call('invite_contact', { p_token_hash: tokenHash }, ContactAnswer.nullable())) ?? undefined,
  };
}
