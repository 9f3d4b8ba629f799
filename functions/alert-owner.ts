/**
 * A lead was captured: tells the business's owner, at night in the morning unless it is urgent.
 * Idempotent: one alert per lead and message, and text and mail are each claimed once.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { LeadCaptured } from '../shared/events';
import { mailSettings } from '../shared/mail/settings';
import { type AlertServices, deliverAlert } from '../shared/owner-alert';
import { workOff } from '../shared/queue-worker';
import { dueAt } from '../shared/quiet-hours';
import { mailer, mailLog, ownerAlerts, smsStatusUrl, telephony, textLog } from '../shared/services';
import { make } from '../shared/step';

/** A business from before the pipeline has no time zone; most of Australia lives by this one. */
const usualTimeZone = 'Australia/Sydney';

/** Throws if it must be tried again. */
export async function alertOwner(lead: LeadCaptured, services: AlertServices): Promise<void> {
  const { ownerAlerts } = services;
  const timeZone = (await ownerAlerts.timeZone(lead.businessId)) ?? usualTimeZone;
  const alertId = await ownerAlerts.plan({ ...lead, dueAt: dueAt(new Date(), timeZone, lead.urgent) });
  if (!alertId) return;
  for (const alert of await ownerAlerts.due(alertId)) await deliverAlert(alert, services);
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const services = await make({ mailer, mailLog, ownerAlerts, smsStatusUrl, telephony, textLog, settings: mailSettings });
  return workOff(event, LeadCaptured, (lead) => alertOwner(lead, services));
}
