/** What the operator reads of a run: the list, and the SOP's checklist filled in. Pure, but for the port that reads it. */
import * as z from 'zod';
import { sopSteps, StepName } from './run';

const Time = z.iso.datetime({ offset: true });

/** One line of the board. `currentStep`: the first that is not done; null when all are. */
export const RunSummary = z.object({
  runId: z.uuid(),
  invoiceNumber: z.string(),
  /** Null: the client was adopted, and never had one. */
  executionId: z.string().nullable(),
  status: z.enum(['running', 'completed', 'cancelled']),
  clientName: z.string(),
  clientStatus: z.string(),
  businessId: z.uuid().nullable(),
  businessName: z.string().nullable(),
  phoneNumber: z.string().nullable(),
  createdAt: Time,
  liveAt: Time.nullable(),
  completedAt: Time.nullable(),
  redrives: z.int(),
  stepsDone: z.int(),
  currentStep: StepName.nullable(),
  failure: z.object({ step: StepName, error: z.string(), message: z.string().nullable() }).nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** `waiting`: the step did its part and a person's answer is awaited. Times spent in milliseconds, by who took them. */
export const StepReport = z.object({
  step: StepName,
  status: z.enum(['pending', 'running', 'waiting', 'done', 'failed']),
  attempts: z.int(),
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  error: z.string().nullable(),
  errorMessage: z.string().nullable(),
  machineMs: z.int(),
  clientMs: z.int(),
  operatorMs: z.int(),
});
export type StepReport = z.infer<typeof StepReport>;

/** The summary with its sixteen steps in order. `corrections`: what people did; `elapsedMs`: from the deposit to the welcome mail. */
export const RunReport = RunSummary.extend({
  invoiceId: z.guid().nullable(),
  checksScheduled: z.object({ day1At: Time, day3At: Time, day7At: Time }).nullable(),
  steps: z.array(StepReport),
  corrections: z.array(z.object({ at: Time, actor: z.string(), action: z.string(), detail: z.record(z.string(), z.unknown()) })),
  notes: z.string().nullable(),
  elapsedMs: z.int(),
});
export type RunReport = z.infer<typeof RunReport>;

/** Reads runs for the operator's board. */
export interface RunReader {
  /** Newest first. */
  runs(): Promise<RunSummary[]>;
  /** Undefined if there is no such run. */
  run(runId: string): Promise<RunReport | undefined>;
}

/** One of the SOP's nine lines. */
export interface ChecklistLine {
  number: number;
  title: string;
  status: StepReport['status'];
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  evidence: StepReport['evidence'];
  /** Name of the error that it stands at. */
  error: string | null;
}

/** The SOP's checklist: client, date, provisioner, nine lines, "day 1 check-in scheduled", notes, time taken in minutes. */
export interface Checklist {
  client: string;
  date: string;
  provisioner: string;
  lines: ChecklistLine[];
  /** ISO 8601, null until it is scheduled. */
  day1CheckInScheduledFor: string | null;
  notes: string[];
  minutes: { total: number; machine: number; client: number; operator: number };
}

/** Fills the SOP's checklist from a run's report. */
export function checklistOf(report: RunReport): Checklist {
  return {
    client: report.businessName ?? report.clientName,
    date: report.createdAt,
    provisioner: provisionerOf(report),
    lines: sopSteps.map((sopStep) => ({
      number: sopStep.number,
      title: sopStep.title,
      ...lineOf(report.steps.filter(({ step }) => sopStep.steps.includes(step))),
    })),
    day1CheckInScheduledFor: report.checksScheduled?.day1At ?? null,
    notes: [...(report.notes ? [report.notes] : []), ...report.corrections.map(({ at, actor, action }) => `${at} ${actor}: ${action}`)],
    minutes: minutesOf(report),
  };
}

/** What is no correction of the run. */
const handling: Record<string, string> = {
  adopted: 'adopted',
  redrive: 'redriven',
  're-issue': 're-issued',
  'moved the number': 'number moved',
  'moved the number back': 'number moved',
};

/** "pipeline" or "by hand", plus whoever adopted, redrove, re-issued or corrected. */
function provisionerOf({ corrections }: RunReport): string {
  const by = new Map<string, Set<string>>();
  for (const { action, actor } of corrections) {
    const what = handling[action] ?? 'corrected';
    by.set(what, (by.get(what) ?? new Set()).add(actor));
  }
  const parts = [...new Set([...Object.values(handling), 'corrected'])].flatMap((what) => {
    const actors = by.get(what);
    return actors ? [`${what} by ${[...actors].join(', ')}`] : [];
  });
  return [by.has('adopted') ? 'by hand' : 'pipeline', ...parts].join('; ');
}

function lineOf(steps: StepReport[]): Omit<ChecklistLine, 'number' | 'title'> {
  const starts = steps.flatMap(({ startedAt }) => startedAt ?? []);
  const status = statusOf(steps);
  return {
    status,
    attempts: Math.max(0, ...steps.map(({ attempts }) => attempts)),
    startedAt: starts[0] ?? null,
    finishedAt: status === 'done' ? (steps.at(-1)?.finishedAt ?? null) : null,
    evidence: Object.assign({}, ...steps.map(({ evidence }) => evidence)),
    error: steps.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** A line is done when all of its steps are; it fails or waits with any of them. */
function statusOf(steps: StepReport[]): StepReport['status'] {
  const statuses = steps.map(({ status }) => status);
  if (statuses.every((status) => status === 'done')) return 'done';
  for (const status of ['failed', 'running', 'waiting'] as const) if (statuses.includes(status)) return status;
  return statuses.includes('done') ? 'running' : 'pending';
}

/** To a tenth. */
const minutes = (ms: number) => Math.round(ms / 6000) / 10;

/** What neither client nor operator took of the time to the welcome mail was the machine's, retriers and queues included. */
function minutesOf({ steps, elapsedMs }: RunReport): Checklist['minutes'] {
  const untilWelcome = steps.slice(0, steps.findIndex(({ step }) => step === 'SendWelcome') + 1);
  const client = untilWelcome.reduce((sum, { clientMs }) => sum + clientMs, 0);
  const operator = untilWelcome.reduce((sum, { operatorMs }) => sum + operatorMs, 0);
  return {
    total: minutes(elapsedMs),
    machine: minutes(Math.max(0, elapsedMs - client - operator)),
    client: minutes(client),
    operator: minutes(operator),
  };
}
