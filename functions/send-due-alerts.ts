/**
 * Sends the alerts that waited for the morning, that failed, or whose text did not arrive.
 * Idempotent: text and mail of each alert are claimed once.
 */
import { describeError } from '../shared/errors';
import { log } from '../shared/log';
import { mailSettings } from '../shared/mail/settings';
import { type AlertServices, deliverAlert } from '../shared/owner-alert';
import { mailer, mailLog, ownerAlerts, smsStatusUrl, telephony, textLog } from '../shared/services';
import { make } from '../shared/step';

/** Does all that is due; then throws if any of it failed, so that one owner's trouble is nobody else's. */
export async function sendDueAlerts(services: AlertServices): Promise<number> {
  const due = await services.ownerAlerts.due();
  const failures: unknown[] = [];
  for (const alert of due) {
    try {
      await deliverAlert(alert, services);
    } catch (error) {
      log.warn('an alert must be tried again', { alertId: alert.alertId, ...describeError(error) });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} alerts failed`);
  return due.length;
}

export async function handler(): Promise<void> {
  await sendDueAlerts(await make({ mailer, mailLog, ownerAlerts, smsStatusUrl, telephony, textLog, settings: mailSettings }));
}
