/** `npm run bench`: every benchmark, one after another. Figures of one run on one machine; compare ratios, not runs. */
import { benchPortal } from './portal';
import { benchSms } from './sms';
import { benchStepFunctions } from './step-functions';

async function main(): Promise<void> {
  await benchStepFunctions();
  await benchSms();
  await benchPortal();
}

void main();
