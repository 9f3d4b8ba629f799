import { checklistOf, type RunReport, type StepReport } from '../../shared/run-report';
import { stepNames } from '../../shared/run';

const minute = 60_000;

function aStep(step: StepReport['step'], changes: Partial<StepReport> = {}): StepReport {
  return {
    step,
    status: 'done',
    attempts: 1,
    startedAt: '2026-11-22T00:00:00Z',
    finishedAt: '2026-11-22T00:01:00Z',
    evidence: {},
    error: null,
    errorMessage: null,
    machineMs: 0,
    clientMs: 0,
    operatorMs: 0,
    ...changes,
  };
}

function aReport(steps: Partial<Record<StepReport['step'], Partial<StepReport>>> = {}, changes: Partial<RunReport> = {}): RunReport {
  return {
    runId: '5b0e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b01',
    invoiceId: '5b0e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b02',
    invoiceNumber: 'INV-0042',
    executionId: 'one',
    status: 'completed',
    clientName: 'Sparks Pty Ltd',
    clientStatus: 'Live',
    businessId: null,
    businessName: 'Bright Sparks',
    phoneNumber: '+61480000001',
    createdAt: '2026-11-22T00:00:00Z',
    liveAt: null,
    completedAt: null,
    redrives: 0,
    stepsDone: 16,
    currentStep: null,
    failure: null,
    checksScheduled: null,
    steps: stepNames.map((name) => aStep(name, steps[name])),
    corrections: [],
    notes: null,
    elapsedMs: 100 * minute,
    ...changes,
  };
}

test('the checklist has the SOP’s nine lines, client, date and provisioner', () => {
  const checklist = checklistOf(aReport());
  expect(checklist).toMatchObject({ client: 'Bright Sparks', date: '2026-11-22T00:00:00Z', provisioner: 'pipeline' });
  expect(checklist.lines.map(({ number, status }) => [number, status])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((line) => [line, 'done']));
});

const line = (changes: Parameters<typeof aReport>[0]) => checklistOf(aReport(changes)).lines[0];

test('a line is as far as its steps are', () => {
  const pending = { status: 'pending', attempts: 0, startedAt: null, finishedAt: null } as const;
  expect(line({ ConfirmDeposit: pending, SendConfirmation: pending })).toMatchObject({ status: 'pending', attempts: 0, startedAt: null });
  expect(line({ SendConfirmation: pending })).toMatchObject({ status: 'running', finishedAt: null });
  expect(line({ SendConfirmation: { status: 'failed', attempts: 4, error: 'EmailUnconfirmed' } })).toMatchObject({
    status: 'failed',
    attempts: 4,
    error: 'EmailUnconfirmed',
    finishedAt: null,
  });
});

test('a line carries the evidence of all of its steps', () => {
  const report = aReport({
    ConfirmDeposit: { evidence: { invoiceNumber: 'INV-0042' } },
    SendConfirmation: { evidence: { messageId: 'm' } },
  });
  expect(checklistOf(report).lines[0]?.evidence).toEqual({ invoiceNumber: 'INV-0042', messageId: 'm' });
});

test('the minutes are split into client, operator and the rest, up to the welcome mail', () => {
  const report = aReport({
    AwaitOnboarding: { clientMs: 60 * minute },
    ProvisionNumber: { operatorMs: 30 * minute },
    FollowUp: { operatorMs: 500 * minute },
  });
  expect(checklistOf(report).minutes).toEqual({ total: 100, machine: 10, client: 60, operator: 30 });
});

test('who redrove and who corrected stand beside the pipeline, and in the notes', () => {
  const at = '2026-11-22T02:00:00Z';
  const corrections = [
    { at, actor: 'operator', action: 'redrive', detail: {} },
    { at, actor: 'Maya', action: 'mail was-sent', detail: {} },
  ];
  const checklist = checklistOf(aReport({}, { corrections, notes: 'Called them.' }));
  expect(checklist.provisioner).toBe('pipeline; redriven by operator; corrected by Maya');
  expect(checklist.notes).toEqual(['Called them.', `${at} operator: redrive`, `${at} Maya: mail was-sent`]);
});

test.each([
  [['re-issue', 'redrive'], 'pipeline; redriven by Pat; re-issued by Pat'],
  [['adopted', 'moved the number', 'moved the number back'], 'by hand; adopted by Pat; number moved by Pat'],
])('after %s the provisioner is %s', (actions, provisioner) => {
  const corrections = actions.map((action) => ({ at: '2026-11-22T02:00:00Z', actor: 'Pat', action, detail: {} }));
  expect(checklistOf(aReport({}, { corrections })).provisioner).toBe(provisioner);
});
