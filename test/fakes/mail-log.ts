import type { MailLog } from '../../shared/ports/mail-log';
import { type Script, scripted } from './script';

interface Row {
  mailId: string;
  key: string;
  template: string;
  runId: string | null;
  to: string;
  status: 'claimed' | 'released' | 'sent' | 'delivered' | 'bounced' | 'complained' | 'rejected';
  messageId: string | null;
}

/** `email_messages`. A claim that was neither recorded nor released is unconfirmed. */
export function fakeMailLog(script: Script<MailLog> = {}) {
  const rows: Row[] = [];
  const byId = (mailId: string) => rows.find((row) => row.mailId === mailId);
  const port: MailLog = {
    async claim({ key, template, runId, to }) {
      const row = rows.find((row) => row.key === key);
      if (!row) {
        const mailId = `mail-${rows.length + 1}`;
        rows.push({ mailId, key, template, runId, to, status: 'claimed', messageId: null });
        return { outcome: 'claimed', mailId };
      }
      const outcome = row.status === 'released' ? 'claimed' : row.status === 'claimed' ? 'unconfirmed' : 'sent';
      if (outcome === 'claimed') Object.assign(row, { status: 'claimed', to });
      return { outcome, mailId: row.mailId };
    },
    async recordSent({ mailId, messageId }) {
      const row = byId(mailId);
      if (row) Object.assign(row, { messageId, status: row.status === 'claimed' ? 'sent' : row.status });
    },
    async release(mailId) {
      const row = byId(mailId);
      if (row?.status === 'claimed') row.status = 'released';
    },
    async recordEvent({ mailId, kind, messageId }) {
      const row = byId(mailId);
      if (!row) return 'unknown';
      Object.assign(row, { status: kind, messageId });
      return 'recorded';
    },
    async settle({ template, decision }) {
      const open = rows.filter((row) => row.template === template && row.status === 'claimed');
      for (const row of open) row.status = decision === 'was-sent' ? 'sent' : 'released';
      return open.length;
    },
    async settleOne({ mailId, decision }) {
      const row = byId(mailId);
      if (row?.status !== 'claimed') return undefined;
      row.status = decision === 'was-sent' ? 'sent' : 'released';
      return { template: row.template, sentAgainBy: null };
    },
  };
  return { ...scripted(port, script), rows };
}
