/** SOP step 9: the first week is over and the checklist is complete. Idempotent: the first time of completing stays. */
import type { Services } from '../shared/ports';
import type { Run } from '../shared/run';
import { ledger } from '../shared/services';
import { step } from '../shared/step';

export async function completeRun({ runId, invoiceNumber }: Run, { ledger }: Pick<Services, 'ledger'>) {
  await ledger.completeRun(runId);
  return { evidence: { invoiceNumber } };
}

export const handler = step('CompleteRun', completeRun, { ledger });
