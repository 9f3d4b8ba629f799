/**
 * Hourly: starts offboardings whose event was lost, repeats wake-ups that were lost, and reminds the operators of numbers whose quarantine is over.
 * Idempotent: a second execution finds the offboarding taken, a wake-up that was answered is `gone`, and a reminder goes once a week.
 */
import { describeError } from '../shared/errors';
import { log } from '../shared/log';
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import type { Offboardings } from '../shared/ports/offboardings';
import { eventPublisher, executions, noticeLog, notices, offboardings } from '../shared/services';
import { make } from '../shared/step';

type Uses = Pick<Services, 'eventPublisher' | 'executions' | 'noticeLog' | 'notices' | 'offboardings'>;
type Due = Awaited<ReturnType<Offboardings['due']>>;

/** Does all that is due; then throws if any of it failed, so that one client's trouble is nobody else's. */
export async function nudgeOffboarding(services: Uses): Promise<void> {
  const { starts, wakeUps, releases } = await services.offboardings.due();
  const start = (offboardingId: string) =>
    services.eventPublisher.publish([{ detailType: 'Offboarding Confirmed', detail: { offboardingId } }]);
  const work = [
    ...starts.map((offboardingId) => () => start(offboardingId)),
    ...wakeUps.map((wait) => () => wakeUp(wait, services)),
    ...releases.map((release) => () => remind(release, services)),
  ];
  const failures = await failuresOf(work);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} nudges failed`);
}

async function failuresOf(work: (() => Promise<void>)[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const one of work) {
    try {
      await one();
    } catch (error) {
      log.warn('a nudge failed', describeError(error));
      failures.push(error);
    }
  }
  return failures;
}

/** `gone`: the wait is over, whoever ended it; a later attempt looks for the decision first. */
async function wakeUp({ offboardingId, taskToken, decision }: Due['wakeUps'][number], { executions, offboardings }: Uses): Promise<void> {
  await executions.sendTaskSuccess(taskToken, { decision });
  await offboardings.closeWait({ offboardingId, taskToken });
}

function remind({ offboardingId, invoiceNumber, week }: Due['releases'][number], services: Uses): Promise<void> {
  const subject = `${invoiceNumber}: may its number be released? - please decide`;
  const body = [
    `The quarantine of the number of the client with invoice ${invoiceNumber} is over. The number costs money until it is released.`,
    '',
    `Do: on the operator's board, under Offboardings, confirm the release, or undo the offboarding. Whoever started the offboarding cannot confirm its release.`,
    'A release cannot be undone. You are reminded every week.',
  ].join('\n');
  return notifyOnce({ key: `offboarding/${offboardingId}/release-due-${week}`, subject, body }, services);
}

export async function handler(): Promise<void> {
  await nudgeOffboarding(await make({ eventPublisher, executions, noticeLog, notices, offboardings }));
}
