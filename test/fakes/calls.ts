import type { ClosedReason } from '../../shared/ports/conversations';
import type { Calls } from '../../shared/ports/owner-alerts';
import { type Script, scripted } from './script';

interface Options extends Script<Calls> {
  /** Our number, E.164; another one is nobody's. */
  number?: string;
  /** Undefined: nobody is rung. */
  ringPhone?: string | undefined;
  closed?: ClosedReason;
  /** Callers who must not be texted. */
  silent?: string[];
}

/** Calls to Bright Sparks in memory. */
export function fakeCalls({ number = '+61480000001', ringPhone, closed, silent = [], ...script }: Options = {}) {
  const rows = new Map<string, { from: string; outcome: 'open' | 'answered' | 'missed'; reason?: string; text?: string }>();
  const businessName = 'Bright Sparks';
  const port: Calls = {
    async receive({ callSid, from, to, forwarded }) {
      if (to !== number) return { outcome: 'unknown-number' };
      if (closed) return { outcome: 'closed', reason: closed };
      if (!rows.has(callSid)) rows.set(callSid, { from, outcome: 'open' });
      return ringPhone && !forwarded ? { outcome: 'ring', businessName, ringPhone, ringSeconds: 18 } : { outcome: 'speak', businessName };
    },
    async end({ callSid, answered }) {
      const row = rows.get(callSid);
      if (row?.outcome === 'open') row.outcome = answered ? 'answered' : 'missed';
      return row?.outcome;
    },
    async missed(callSid) {
      const row = rows.get(callSid);
      return row?.outcome === 'missed' ? { businessName, from: number, to: row.from.startsWith('+') ? row.from : null } : undefined;
    },
    async skipText({ callSid, reason }) {
      const row = rows.get(callSid);
      if (row) row.reason ??= reason;
    },
    async claimText({ callSid, body }) {
      const row = rows.get(callSid);
      if (!row || row.text || silent.includes(row.from)) return undefined;
      row.text = body;
      return { ref: `message:${rows.size}` };
    },
  };
  return { ...scripted(port, script), rows };
}
