import { confirmDeposit } from '../../functions/confirm-deposit';
import { aRun } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

const { runId, tenantId, invoiceId, invoiceNumber, executionId } = aRun();
const input = { tenantId, invoiceId, invoiceNumber, executionId, redriveCount: 0 };

test('claims the invoice and marks the step done', async () => {
  const ledger = fakeLedger();
  expect(await confirmDeposit(input, { ledger })).toEqual({ claim: 'yours', runId });
  expect(ledger.steps.get('ConfirmDeposit')).toMatchObject({ status: 'done', evidence: { invoiceNumber: 'INV-0042', invoiceId } });
});

test('gives the same execution its own claim again', async () => {
  const ledger = fakeLedger({ loseResponseOf: 'claimInvoice' });
  await expect(confirmDeposit(input, { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  expect(await confirmDeposit(input, { ledger })).toEqual({ claim: 'yours', runId });
});

test('tells another execution that the invoice is taken, and leaves the checklist alone', async () => {
  const ledger = fakeLedger();
  await confirmDeposit(input, { ledger });
  expect(await confirmDeposit({ ...input, executionId: 'another' }, { ledger })).toEqual({ claim: 'taken', runId });
  expect(ledger.steps.get('ConfirmDeposit')).toMatchObject({ attempts: 1 });
});

test.each(['beginStep', 'finishStep'] as const)('is done once though the response to %s is lost', async (loseResponseOf) => {
  const ledger = fakeLedger({ loseResponseOf });
  await expect(confirmDeposit(input, { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  expect(await confirmDeposit(input, { ledger })).toEqual({ claim: 'yours', runId });
  expect(ledger.steps.get('ConfirmDeposit')).toMatchObject({ status: 'done' });
});

test('starts nothing for an invoice that screening has not judged a deposit', async () => {
  const unknown = { ...input, invoiceId: '00000000-0000-4000-8000-000000000000' };
  await expect(confirmDeposit(unknown, { ledger: fakeLedger() })).rejects.toMatchObject({ name: 'InvoiceNotScreened' });
});
