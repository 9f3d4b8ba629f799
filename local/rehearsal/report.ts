import type { ClientResult, RunView } from './evidence';

/** One client's checklist as the SOP prints it. */
export function checklistText({ run, missing }: ClientResult): string {
  const { checklist } = run;
  if (!checklist) return `No checklist: ${missing.join('; ')}`;
  const { minutes } = checklist;
  return [
    `Client:      ${checklist.client}`,
    `Invoice:     ${run.invoiceNumber}`,
    `Date:        ${checklist.date.slice(0, 10)}`,
    `Provisioner: ${checklist.provisioner}`,
    '',
    ...checklist.lines.map(
      (line) =>
        `${mark(line.status)} Step ${line.number}: ${line.title.padEnd(40)} ${attemptsText(line.attempts)}${evidenceText(line.evidence)}`,
    ),
    `${mark(checklist.day1CheckInScheduledFor ? 'done' : '')} Day 1 check-in scheduled for ${checklist.day1CheckInScheduledFor ?? 'no day'}`,
    '',
    `Time taken:  ${minutes.total} minutes (machine ${minutes.machine}, waiting for the client ${minutes.client}, for the operator ${minutes.operator})`,
    ...checklist.notes.map((note) => `Note:        ${note}`),
    ...(missing.length > 0 ? ['', 'MISSING:', ...missing.map((gap) => `  - ${gap}`)] : ['', 'Every step has its evidence.']),
  ].join('\n');
}

/** Many clients: how many are complete, how fast, and how long each step took. */
export function summaryText(results: ClientResult[], tookMs: number): string {
  const complete = results.filter(({ missing }) => missing.length === 0).length;
  const incomplete = results.filter(({ missing }) => missing.length > 0);
  return [
    `${complete} of ${results.length} clients complete, ${perMinute(results.length, tookMs)} clients per minute.`,
    '',
    'Machine time per step (median, slowest), milliseconds:',
    ...stepTimes(results).map(
      ({ step, median, slowest }) => `  ${step.padEnd(18)} ${String(median).padStart(6)} ${String(slowest).padStart(7)}`,
    ),
    ...incomplete.slice(0, 10).map(({ run, missing }) => `${run.invoiceNumber}: ${missing.join('; ')}`),
  ].join('\n');
}

/** The same for scripts. */
export function summaryJson(results: ClientResult[], tookMs: number) {
  return {
    clients: results.length,
    complete: results.filter(({ missing }) => missing.length === 0).length,
    seconds: Math.round(tookMs / 100) / 10,
    clientsPerMinute: perMinute(results.length, tookMs),
    steps: stepTimes(results),
    results: results.map(({ run, missing }) => ({ invoiceNumber: run.invoiceNumber, runId: run.runId, missing })),
  };
}

const mark = (status: string) => (status === 'done' ? '[x]' : '[ ]');
const perMinute = (clients: number, tookMs: number) => Math.round((clients / tookMs) * 600_000) / 10;
const attemptsText = (attempts: number) => (attempts > 1 ? `(${attempts} attempts) ` : '');

function evidenceText(evidence: Record<string, unknown>): string {
  return Object.entries(evidence)
    .slice(0, 3)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

function stepTimes(results: ClientResult[]): { step: string; median: number; slowest: number }[] {
  const times = new Map<string, number[]>();
  for (const { run } of results) for (const state of run.states) collect(times, state);
  return [...times].map(([step, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { step, median: sorted[Math.floor(sorted.length / 2)] ?? 0, slowest: sorted.at(-1) ?? 0 };
  });
}

function collect(times: Map<string, number[]>, { step, machineMs }: RunView['states'][number]): void {
  times.set(step, [...(times.get(step) ?? []), machineMs]);
}
