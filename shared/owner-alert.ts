/** Tells a business's owner of a lead, by text, by mail or both: a link, never what the lead wrote. */
import { nameInSms } from './reply-checks';
import { portalLink } from './link';
import { leadAlertMail } from './mail/lead-alert';
import type { MailSettings } from './mail/settings';
import type { Services } from './ports';
import type { DueAlert } from './ports/owner-alerts';
import { sendOnce } from './send-once';
import { sendClaimed, type TextServices } from './send-text';

export type AlertServices = TextServices & Pick<Services, 'mailer' | 'mailLog' | 'ownerAlerts'> & { settings: MailSettings };

/** One segment, beside the link. */
const places = 160;

/** Does what the alert still needs; what fails is thrown after the other way was tried. Each way at most once, by its claim. */
export async function deliverAlert(alert: DueAlert, services: AlertServices): Promise<void> {
  const failures: unknown[] = [];
  const texted = await text(alert, services).catch((error: unknown) => {
    failures.push(error);
    return 'later' as const;
  });
  // Who wants texts only is told by mail if the text does not get through.
  const emailTo = alert.emailTo ?? (texted === 'refused' || texted === 'unknown' ? alert.email : null);
  if (emailTo) await mail({ ...alert, emailTo }, services).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  await services.ownerAlerts.finish(alert.alertId);
}

async function text({ alertId, from, smsTo, ...alert }: DueAlert, services: AlertServices) {
  if (!smsTo || !from || !(await services.ownerAlerts.claimSms(alertId))) return 'not wanted' as const;
  const body = alertText(alert, services.settings.portalUrl);
  return sendClaimed({ ref: `alert:${alertId}`, from, to: smsTo, body }, services);
}

/** Before the business's name. */
const openings: Record<DueAlert['reason'], string> = {
  urgent: 'URGENT lead for',
  person: 'A lead asks for a person at',
  new: 'New lead for',
  message: 'New text to',
};

/** Names the business as far as there is room. */
export function alertText(alert: Pick<DueAlert, 'businessId' | 'businessName' | 'leadId' | 'reason'>, portalUrl: string): string {
  const link = conversationLink(alert, portalUrl);
  const words = (name: string) => `${openings[alert.reason]} ${name}: ${link}`;
  let name = nameInSms(alert.businessName) || 'your business';
  while (words(name).length > places && name.length > 10) name = name.slice(0, -1).trimEnd();
  return words(name);
}

async function mail({ alertId, runId, emailTo, ...alert }: DueAlert & { emailTo: string }, services: AlertServices): Promise<void> {
  const { brand, portalUrl } = services.settings;
  const link = conversationLink(alert, portalUrl);
  const compose = () => leadAlertMail(brand, { ...alert, link });
  await sendOnce({ key: `lead-alert:${alertId}`, template: 'lead-alert', runId, to: emailTo, compose }, services);
  await services.ownerAlerts.recordEmailed(alertId);
}

function conversationLink({ businessId, leadId }: Pick<DueAlert, 'businessId' | 'leadId'>, portalUrl: string): string {
  return portalLink(portalUrl, `/dashboard/${businessId}/leads/${leadId}`);
}
