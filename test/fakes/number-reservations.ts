import { TerminalError } from '../../shared/errors';
import type { NumberReservations, SpendLimits } from '../../shared/ports/ledger';
import type { NumberState } from '../../shared/run';
import { type Script, scripted } from './script';

interface Row {
  runId: string;
  e164: string;
  attempt: number;
  sid: string | null;
  state: NumberState | 'released';
}

interface Options extends Script<NumberReservations> {
  rows?: Row[];
  purchasesEnabled?: boolean;
  dailyCap?: number;
  limits?: SpendLimits;
}

const generous: SpendLimits = { balanceFloorCents: 2000, priceCeilingCents: 1500, currency: 'USD' };

/** `phone_numbers` with its constraints: one active reservation per run and per number. */
export function fakeNumberReservations({ rows = [], purchasesEnabled = true, dailyCap = 20, limits = generous, ...script }: Options = {}) {
  const active = () => rows.filter((row) => row.state !== 'released');
  const find = (order: { runId: string; e164: string; attempt: number }) =>
    active().find((row) => row.runId === order.runId && row.e164 === order.e164 && row.attempt === order.attempt);

  const port: NumberReservations = {
    limits: async () => limits,
    async reserve({ runId, e164 }) {
      const mine = active().find((row) => row.runId === runId);
      if (mine && mine.state !== 'reserved') return { outcome: mine.e164 === e164 ? 'reserved' : 'taken', attempt: mine.attempt };
      if (!purchasesEnabled) return { outcome: 'purchases-disabled', attempt: 0 };
      if (active().filter((row) => row.runId !== runId).length >= dailyCap) return { outcome: 'daily-cap', attempt: 0 };
      if (mine?.e164 === e164) return { outcome: 'reserved', attempt: mine.attempt };
      if (rows.some((row) => row.e164 === e164 && (row.state !== 'released' || row.runId === runId)))
        return { outcome: 'taken', attempt: 0 };
      if (mine) mine.state = 'released';
      const attempt = rows.filter((row) => row.runId === runId).length + 1;
      rows.push({ runId, e164, attempt, sid: null, state: 'reserved' });
      return { outcome: 'reserved', attempt };
    },
    async request(order) {
      if (!purchasesEnabled) throw new TerminalError('PurchasesDisabled', 'buying numbers is switched off');
      const row = find(order);
      if (!row || row.sid) return false;
      row.state = 'requested';
      return true;
    },
    async release(order) {
      const row = find(order);
      if (row && !row.sid) row.state = 'released';
    },
    async record({ runId, e164, sid, state }) {
      const mine = active().find((row) => row.runId === runId);
      if (mine?.sid && mine.e164 !== e164) throw new TerminalError('NumberMisconfigured', 'the run already owns another number');
      if (mine && mine.e164 !== e164) mine.state = 'released';
      const row = mine?.e164 === e164 ? mine : { runId, e164, attempt: rows.length + 1, sid, state };
      if (row !== mine) rows.push(row);
      Object.assign(row, { sid, state });
    },
  };
  return { ...scripted(port, script), rows, active };
}
