import { readFileSync } from 'node:fs';
import { type FunctionName, functionNames } from '../../infra/function-settings';
import * as z from 'zod';

/** What `npm run build` made of each function. */
const { outputs } = z
  .object({ outputs: z.record(z.string(), z.object({ bytes: z.number(), inputs: z.record(z.string(), z.unknown()) })) })
  .parse(JSON.parse(readFileSync('dist/functions.meta.json', 'utf8')));
const bundleOf = (name: FunctionName) => outputs[`dist/functions/${name}/index.js`]!;

/** Kilobytes, with about a third to spare: a bundle that outgrows its budget has pulled in a vendor that it does not need. */
const budgets: Partial<Record<FunctionName, number>> = {
  // Vendors call these and wait: no vendor's SDK, no database.
  'xero-webhook': 400,
  'sms-fallback': 400,
  'voice-webhook': 400,
  // Xero's SDK, Twilio's SDK, pages.
  'screen-invoice': 1850,
  'sweep-invoices': 1850,
  'provision-number': 1900,
  'send-test-sms': 1900,
  'verify-system': 1900,
  // Twilio's SDK sends the texts by hand.
  portal: 2500,
};
const budgetOfOthers = 1000;

test.each(functionNames)('%s stays within its budget', (name) => {
  expect(bundleOf(name).bytes / 1024).toBeLessThan(budgets[name] ?? budgetOfOthers);
});
