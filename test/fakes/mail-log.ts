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
  /** Whose claim stands. */
  token: string | null;
}

/** `email_messages`. A claim that was neither recorded nor released is unconfirmed. */
export function fakeMailLog(script: Script<MailLog> = {}) {
  const rows: Row[] = [];
  const ended = new Set<string | null>();
  const byId = (mailId: string) => rows.find((row) => row.mailId === mailId);
  const byKey = (key: string) => rows.find((row) => row.key === key);
  const add = (row: Omit<Row, 'mailId' | 'messageId'>) => {
    const added = { mailId: `mail-${rows.length + 1}`, messageId: null, ...row };
    rows.push(added);
    return added;
  };
  const free = (row: Row) => {
    ended.add(row.token);
    Object.assign(row, { status: 'released', token: null });
  };
  const port: MailLog = {
    async claim(claim) {
      const row = byKey(claim.key) ?? add({ ...claim, status: 'claimed' });
      const { mailId } = row;
      if (row.status !== 'claimed' && row.status !== 'released') return { outcome: 'sent', mailId };
      if (ended.has(claim.token)) return { outcome: 'unconfirmed', mailId };
      if (row.status === 'released') Object.assign(row, { status: 'claimed', token: claim.token, to: claim.to });
      return { outcome: row.token === claim.token ? 'claimed' : 'unconfirmed', mailId };
    },
    async recordSent({ mailId, messageId }) {
      const row = byId(mailId);
      if (row) Object.assign(row, { messageId, status: row.status === 'claimed' ? 'sent' : row.status });
    },
    async release(claim) {
      const row = byKey(claim.key) ?? add({ ...claim, status: 'released', token: null });
      if (row.status === 'claimed' && row.token === claim.token) free(row);
      ended.add(claim.token);
    },
    async recordEvent({ mailId, kind, messageId }) {
      const row = byId(mailId);
      if (!row) return 'unknown';
      Object.assign(row, { status: kind, messageId });
      return 'recorded';
    },
    async settle({ template, decision }) {
      const open = rows.filter((row) => row.template === template && row.status === 'claimed');
      for (const row of open) {
        if (decision === 'was-sent') row.status = 'sent';
        else free(row);
      }
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
