import type { DueAlert, OwnerAlerts } from '../../shared/ports/owner-alerts';
import { type Script, scripted } from './script';

interface Options extends Script<OwnerAlerts> {
  /** What every alert looks like. */
  alert?: Partial<DueAlert>;
  timeZone?: string;
}
interface Row {
  alert: DueAlert;
  messageSid: string;
  dueAt: Date;
  isTexted: boolean;
  isEmailed: boolean;
  isDone: boolean;
}

/** `owner_alerts` in memory. Each message alerts once, each text is claimed once. */
export function fakeOwnerAlerts({ alert = {}, timeZone, ...script }: Options = {}) {
  const rows: Row[] = [];
  const byId = (alertId: string) => rows.find((row) => row.alert.alertId === alertId);
  const port: OwnerAlerts = {
    timeZone: async () => timeZone,
    async plan({ businessId, leadId, messageSid, urgent, reason = urgent ? 'urgent' : 'new', dueAt }) {
      const known = rows.find((row) => row.messageSid === messageSid);
      if (known) return known.alert.alertId;
      const base = { runId: null, businessName: 'Bright Sparks', from: '+61480000001', firstName: 'Jo', stopped: false };
      const ways = { email: 'jo@sparks.example', smsTo: '+61480000123', emailTo: 'jo@sparks.example' };
      const alertId = `alert-${rows.length + 1}`;
      const planned = { ...base, ...ways, alertId, businessId, leadId, urgent, reason, ...alert };
      rows.push({ alert: planned, messageSid, dueAt, isTexted: false, isEmailed: false, isDone: false });
      return alertId;
    },
    async due(alertId) {
      const due = rows.filter((row) => !row.isDone && row.dueAt <= new Date() && (!alertId || row.alert.alertId === alertId));
      return due.map((row) => ({ ...row.alert, ...(row.isTexted && { smsTo: null }), ...(row.isEmailed && { emailTo: null }) }));
    },
    async claimSms(alertId) {
      const row = byId(alertId);
      if (!row || row.isTexted) return false;
      row.isTexted = true;
      return true;
    },
    async recordEmailed(alertId) {
      const row = byId(alertId);
      if (row) row.isEmailed = true;
    },
    async finish(alertId) {
      const row = byId(alertId);
      if (row) row.isDone = true;
    },
  };
  return { ...scripted(port, script), rows };
}
