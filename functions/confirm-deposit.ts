/** SOP step 1: claims the deposit invoice for this execution. Idempotent: the same execution claiming again gets its own claim back. */
import * as z from 'zod';
import { DepositPaid } from '../shared/events';
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { ledger } from '../shared/services';
import { make } from '../shared/step';

/** There is no run before the claim, so this step is not given one. */
const Input = DepositPaid.extend({ executionId: z.string(), redriveCount: z.int().nonnegative().default(0) });
type Input = z.infer<typeof Input>;

export async function confirmDeposit(input: Input, { ledger }: Pick<Services, 'ledger'>) {
  const { tenantId, invoiceId, invoiceNumber, executionId, redriveCount } = input;
  const { claim, runId } = await ledger.claimInvoice({ invoiceId, tenantId, executionId });
  if (claim === 'yours') {
    await ledger.beginStep({ runId, step: 'ConfirmDeposit', executionId, redriveCount });
    await ledger.finishStep({ runId, step: 'ConfirmDeposit', evidence: { invoiceNumber, invoiceId } });
  }
  log.info('deposit claimed', { runId, claim });
  return { claim, runId };
}

/** Returns `{claim, runId}`: on `taken` the execution ends, because another one has this invoice. */
export async function handler(event: unknown) {
  return confirmDeposit(Input.parse(event), await make({ ledger }));
}
