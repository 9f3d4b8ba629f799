/** Everything that can go wrong with a call. */
import type { Call, WireMode } from './wire';

/** In the words of the table, and what the wire does. */
export const modes = [
  { title: 'fails before', mode: 'refuse' },
  { title: 'response lost', mode: 'lose-response' },
  { title: 'crash after', mode: 'crash' },
  { title: 'slow, lands late', mode: 'late' },
  { title: '429', mode: 'rate-limit' },
  { title: '500', mode: 'server-error' },
  { title: 'malformed', mode: 'malformed' },
  { title: 'stale', mode: 'stale' },
] as const satisfies readonly { title: string; mode: WireMode }[];

/** Vendors' lists lag behind their sales; our database answers from its primary. */
export const canBeStale = (call: Call) => /^(twilio (list|fetch|search)|xero getInvoice|stepfunctions GetExecutionHistory)/.test(call);

/** The list of messages lagged between two attempts: the one effect that is known to happen twice, see docs/crash-matrix.md. */
export const repeatsTheTest = ({ fn, call, mode }: { fn: string; call: Call; mode: string }) =>
  fn === 'send-test-sms' && call === 'twilio listMessages' && mode === 'stale';
