/** How large each function's bundle may be: one that outgrows its budget has pulled in a vendor that it does not need. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type FunctionName, functionNames } from './function-settings';

/** Kilobytes, with about a third to spare. */
const budgets: Partial<Record<FunctionName, number>> = {
  // Vendors call these and wait: no vendor's SDK, no database.
  'xero-webhook': 400,
  'sms-fallback': 400,
  // These need the database.
  'voice-webhook': 700,
  'record-message-status': 700,
  // Xero's SDK, Twilio's SDK, pages.
  'screen-invoice': 1850,
  'sweep-invoices': 1850,
  'audit-accounts': 2900,
  'provision-number': 1900,
  'send-test-sms': 1900,
  'verify-system': 1900,
  'quarantine-number': 1900,
  'release-number': 1900,
  'text-back-caller': 2100,
  'alert-owner': 2300,
  'send-due-alerts': 2300,
  // And the whole conversation.
  'recover-message': 2400,
  'reconcile-messages': 2400,
  portal: 2500,
};
const budgetOfOthers = 1000;

const Metafile = z.object({ outputs: z.record(z.string(), z.object({ bytes: z.number() })) });

/** Kilobytes that `npm run build` made of each function, and its budget. Throws if one has not been built. */
export function bundleSizes(): { name: FunctionName; kb: number; budgetKb: number }[] {
  const { outputs } = Metafile.parse(JSON.parse(readFileSync('dist/functions.meta.json', 'utf8')));
  return functionNames.map((name) => {
    const output = outputs[`dist/functions/${name}/index.js`];
    if (!output) throw new Error(`${name} has not been built: npm run build`);
    return { name, kb: output.bytes / 1024, budgetKb: budgets[name] ?? budgetOfOthers };
  });
}
