import type { Invite, Onboardings, Submitted } from '../../shared/ports/ledger';
import type { OnboardingForm } from '../../shared/onboarding-form';
import { type Script, scripted } from './script';
import { businessId, runId as theRunId } from './a-run';

type Due = Awaited<ReturnType<Onboardings['due']>>;
interface Contact {
  email: string;
  name: string;
  firstName: string | null;
}
interface Options extends Script<Onboardings> {
  now?: () => Date;
  due?: Partial<Due>;
  contact?: Contact;
  /** A form that was sent without an invite and that the contact may use. */
  unattached?: { onboardingId: string; submittedAt: string; form: OnboardingForm };
  submitted?: OnboardingForm;
}

/** The onboarding of one run. `closed` is what ProvisionNumber does: no more changes. */
export function fakeOnboardings({ now = () => new Date('2026-11-22T03:00:00Z'), contact, ...start }: Options = {}) {
  const invites = new Map<string, { runId: string; expiresAt: Date }>();
  const unattached: { businessId: string; form: OnboardingForm }[] = [];
  const state: { form: OnboardingForm | null; wait: string | null; closed: boolean } = {
    form: start.submitted ?? null,
    wait: null,
    closed: false,
  };
  const due: Due = { reminders: [], offers: [], wakeUps: [], ...start.due };

  const stateOf = (tokenHash: string): Invite['state'] => {
    const invite = invites.get(tokenHash);
    if (!invite) return 'unknown';
    if (state.closed) return 'closed';
    return invite.expiresAt <= now() ? 'expired' : 'open';
  };
  const store = (tokenHash: string, form: OnboardingForm): Submitted => {
    const outcome = stateOf(tokenHash);
    if (outcome !== 'open') return { outcome, businessId: null, runId: null, taskToken: null };
    state.form = form;
    return { outcome: 'stored', businessId, runId: theRunId, taskToken: state.wait };
  };
  const port: Onboardings = {
    async createInvite({ tokenHash, runId, expiresAt }) {
      invites.set(tokenHash, { runId, expiresAt });
    },
    async invite(tokenHash) {
      const invite = invites.get(tokenHash);
      const offer = start.unattached && !state.form ? start.unattached : null;
      return {
        state: stateOf(tokenHash),
        runId: invite?.runId ?? null,
        form: invite ? state.form : null,
        contactName: invite ? (contact?.name ?? null) : null,
        offer: invite && offer ? { onboardingId: offer.onboardingId, submittedAt: offer.submittedAt } : null,
      };
    },
    submit: async ({ tokenHash, form }) => store(tokenHash, form),
    async submitUnattached(form) {
      const sent = { businessId: crypto.randomUUID(), form };
      unattached.push(sent);
      return { businessId: sent.businessId };
    },
    async attach({ tokenHash, onboardingId }) {
      if (start.unattached?.onboardingId !== onboardingId) return { outcome: 'unknown', businessId: null, runId: null, taskToken: null };
      return store(tokenHash, start.unattached.form);
    },
    async openWait({ taskToken }) {
      state.wait = taskToken;
      return { submitted: state.form !== null };
    },
    async closeWait({ taskToken }) {
      if (state.wait === taskToken) state.wait = null;
      due.wakeUps = due.wakeUps.filter((wakeUp) => wakeUp.taskToken !== taskToken);
    },
    due: async () => due,
    async contactOf(tokenHash) {
      const invite = invites.get(tokenHash);
      if (!invite || state.closed || !contact) return undefined;
      return { runId: invite.runId, email: contact.email, firstName: contact.firstName };
    },
  };
  return { ...scripted(port, start), invites, unattached, state };
}
