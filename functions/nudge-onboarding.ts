/**
 * Hourly: reminds clients of the form, offers forms that were sent before payment, and repeats wake-ups that were lost.
 * Idempotent: each mail is claimed once, and a wake-up that was answered is `gone`.
 */
import { newInviteLink } from '../shared/fresh-links';
import { log } from '../shared/log';
import { offerMail } from '../shared/mail/offer';
import { reminderMail } from '../shared/mail/reminder';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import type { Services } from '../shared/ports';
import type { Onboardings } from '../shared/ports/ledger';
import { sendOnce } from '../shared/send-once';
import { executions, mailer, mailLog, onboardings } from '../shared/services';
import { make } from '../shared/step';

type Uses = Pick<Services, 'executions' | 'mailer' | 'mailLog' | 'onboardings'> & { settings: MailSettings };
type Due = Awaited<ReturnType<Onboardings['due']>>;

/** Below the function's time-out of 120 s, with room for the mail at hand (three calls of the database and one of SES, 8 s each at most): a mail that is cut off is one that nobody knows went out. */
const budgetMs = 80_000;

/** Does what is due, the next hour what is left; then throws if any of it failed, so that one client's trouble is nobody else's. */
export async function nudgeOnboarding(services: Uses): Promise<void> {
  const until = Date.now() + budgetMs;
  const due = await services.onboardings.due();
  const failures = [
    ...(await failuresOf(due.wakeUps, until, (wait) => wakeUp(wait, services))),
    ...(await failuresOf(due.reminders, until, (reminder) => remind(reminder, services))),
    ...(await failuresOf(due.offers, until, (offer) => offerForm(offer, services))),
  ];
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} nudges failed: ${names(failures)}`);
}

async function failuresOf<T extends { runId: string }>(due: T[], until: number, nudge: (one: T) => Promise<unknown>): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const [index, one] of due.entries()) {
    if (Date.now() > until) {
      log.warn('nudges are left for the next hour', { count: due.length - index });
      break;
    }
    try {
      await nudge(one);
    } catch (error) {
      log.warn('a nudge failed', { runId: one.runId, error: nameOf(error) });
      failures.push(error);
    }
  }
  return failures;
}

/** `gone`: the wait is over, whoever ended it; a later attempt looks for the form first. */
async function wakeUp(wait: Due['wakeUps'][number], { executions, onboardings }: Uses): Promise<void> {
  await executions.sendTaskSuccess(wait.taskToken, {});
  await onboardings.closeWait(wait);
}

function remind({ runId, day, email, firstName }: Due['reminders'][number], services: Uses) {
  const { brand, portalUrl } = services.settings;
  const template = `reminder-${day}`;
  const compose = async () => {
    const { url } = await newInviteLink({ runId, portalUrl }, services);
    return reminderMail(brand, { day, firstName, formUrl: url });
  };
  return sendOnce({ key: `${runId}:${template}`, template, runId, to: email, compose }, services);
}

function offerForm({ runId, onboardingId, submittedAt, email, firstName }: Due['offers'][number], services: Uses) {
  const { brand, portalUrl } = services.settings;
  const compose = async () => {
    const { url } = await newInviteLink({ runId, portalUrl }, services);
    return offerMail(brand, { firstName, submittedAt, formUrl: url });
  };
  return sendOnce({ key: `${runId}:offer-${onboardingId}`, template: 'offer', runId, to: email, compose }, services);
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');
const names = (failures: unknown[]) => [...new Set(failures.map(nameOf))].join(', ');

export async function handler(): Promise<void> {
  await nudgeOnboarding(await make({ executions, mailer, mailLog, onboardings, settings: mailSettings }));
}
