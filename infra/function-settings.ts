/** One line per function: how much of Lambda it gets, and what it uses. Its variables, secrets and grants follow from `uses`. */
import type { UseName } from './uses';

export interface FunctionSettings {
  /** Lambda gives processor by memory: 512 MB loads an SDK in about half of 256 MB's time. */
  memoryMb: number;
  timeoutSeconds: number;
  uses: readonly UseName[];
}

const step = { memoryMb: 512, timeoutSeconds: 30 };
const mailStep = { ...step, uses: ['supabase', 'mail', 'portal'] } as const;

/** By name, which is also the file's and the construct's: `coresentia-<stage>-<name>`. */
export const functionSettings = {
  // Entry. Xero waits 5 s and repeats after any answer but 200.
  'xero-webhook': { memoryMb: 512, timeoutSeconds: 10, uses: ['xeroWebhook', 'eventBus'] },
  // A batch is three invoices, one after another; each takes two calls to Xero of at most 8 s.
  'screen-invoice': { memoryMb: 512, timeoutSeconds: 50, uses: ['supabase', 'xero', 'depositRule', 'eventBus', 'operator'] },
  'sweep-invoices': { memoryMb: 512, timeoutSeconds: 300, uses: ['supabase', 'xero', 'depositRule', 'eventBus'] },
  // The steps, in the machine's order.
  'confirm-deposit': { ...step, uses: ['supabase'] },
  'send-confirmation': mailStep,
  'await-onboarding': { ...step, uses: ['supabase', 'wakeExecutions'] },
  'review-onboarding': { ...step, uses: ['supabase', 'operator'] },
  // Search, buy, read back and configure are a handful of Twilio calls of up to 10 s each.
  'provision-number': { ...step, timeoutSeconds: 60, uses: ['supabase', 'twilio', 'number'] },
  'create-business': { ...step, uses: ['supabase'] },
  'configure-settings': { ...step, uses: ['supabase'] },
  'create-login': { ...step, uses: ['supabase'] },
  'send-test-sms': { ...step, uses: ['supabase', 'twilio', 'testNumber'] },
  'verify-system': { ...step, uses: ['supabase', 'twilio', 'testNumber', 'portal'] },
  'go-live': { ...step, uses: ['supabase'] },
  'send-welcome': mailStep,
  'check-login': { ...step, uses: ['supabase', 'mail', 'portal', 'operator'] },
  'check-sms-activity': mailStep,
  'follow-up': mailStep,
  'complete-run': { ...step, uses: ['supabase'] },
  // The steps of offboarding, in the machine's order.
  'stop-provisioning': { ...step, uses: ['supabase', 'stopExecutions'] },
  'suspend-business': { ...step, uses: ['supabase'] },
  // A call to Auth for everybody of the business, twenty at most.
  'disable-login': { ...step, uses: ['supabase'] },
  // Two Twilio calls of up to 10 s each, and the database's.
  'quarantine-number': { ...step, timeoutSeconds: 60, uses: ['supabase', 'twilio'] },
  'tell-leaving-client': mailStep,
  'await-release': { ...step, uses: ['supabase', 'wakeOffboardings'] },
  'release-number': { ...step, uses: ['supabase', 'twilio'] },
  'complete-offboarding': { ...step, uses: ['supabase'] },
  'restore-business': { ...step, uses: ['supabase'] },
  'restore-login': { ...step, uses: ['supabase'] },
  'tell-returning-client': mailStep,
  'complete-undo': { ...step, uses: ['supabase', 'operator', 'redriveExecutions'] },
  // Beside the machines.
  'nudge-onboarding': { memoryMb: 512, timeoutSeconds: 120, uses: ['supabase', 'mail', 'portal', 'wakeExecutions'] },
  'nudge-offboarding': { memoryMb: 512, timeoutSeconds: 120, uses: ['supabase', 'operator', 'eventBus', 'wakeOffboardings'] },
  // Batches of 100 leads, each one call of at most 8 s.
  'purge-old-leads': { memoryMb: 512, timeoutSeconds: 120, uses: ['supabase'] },
  portal: {
    memoryMb: 1024,
    timeoutSeconds: 20,
    uses: ['supabase', 'publicSupabase', 'mail', 'publicUrl', 'wakeExecutions', 'wakeOffboardings', 'eventBus', 'twilio', 'operator'],
  },
  // Twilio waits 15 s.
  'sms-webhook': { memoryMb: 1024, timeoutSeconds: 14, uses: ['supabase', 'twilio', 'smsStatus', 'bedrock', 'publicUrl', 'eventBus'] },
  'sms-fallback': { memoryMb: 512, timeoutSeconds: 14, uses: ['twilio', 'publicUrl', 'eventBus'] },
  'voice-webhook': { memoryMb: 512, timeoutSeconds: 14, uses: ['supabase', 'twilio', 'publicUrl', 'eventBus'] },
  'record-message-status': { memoryMb: 512, timeoutSeconds: 14, uses: ['supabase', 'twilio', 'publicUrl'] },
  'recover-message': { memoryMb: 512, timeoutSeconds: 60, uses: ['supabase', 'twilio', 'smsStatus', 'bedrock', 'eventBus'] },
  // One Twilio call per number, one after another.
  'reconcile-messages': { memoryMb: 512, timeoutSeconds: 300, uses: ['supabase', 'twilio', 'smsStatus', 'bedrock', 'eventBus'] },
  'text-back-caller': { memoryMb: 512, timeoutSeconds: 30, uses: ['supabase', 'twilio', 'smsStatus'] },
  'alert-owner': { memoryMb: 512, timeoutSeconds: 60, uses: ['supabase', 'twilio', 'smsStatus', 'mail', 'portal'] },
  'send-due-alerts': { memoryMb: 512, timeoutSeconds: 120, uses: ['supabase', 'twilio', 'smsStatus', 'mail', 'portal'] },
  'alert-operator': { memoryMb: 512, timeoutSeconds: 30, uses: ['supabase', 'operator', 'readExecutions'] },
  // Each failed execution of the last days is one call for its history.
  'audit-failures': { memoryMb: 512, timeoutSeconds: 300, uses: ['supabase', 'operator', 'listExecutions'] },
  // Pages of Xero's invoices and Twilio's numbers, one after another.
  'audit-accounts': {
    memoryMb: 512,
    timeoutSeconds: 300,
    uses: ['supabase', 'xero', 'depositRule', 'twilio', 'number', 'testNumber', 'portal', 'operator'],
  },
  'send-sign-in-link': { memoryMb: 512, timeoutSeconds: 30, uses: ['supabase', 'mail', 'portal'] },
  'record-email-event': { memoryMb: 512, timeoutSeconds: 30, uses: ['supabase', 'operator'] },
} as const satisfies Record<string, FunctionSettings>;

export type FunctionName = keyof typeof functionSettings;
const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functionSettings, name);
export const functionNames: readonly FunctionName[] = Object.keys(functionSettings).filter(isFunctionName);

/** `provision-number` of `ProvisionNumber`: states and functions have the same words. Throws if there is no such function. */
export function functionOfState(state: string): FunctionName {
  const name = kebabCase(state);
  const found = functionNames.find((candidate) => candidate === name);
  if (!found) throw new Error(`the state ${state} has no function ${name}`);
  return found;
}

/** `provision-number` of `ProvisionNumber`. */
export function kebabCase(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}

/** `ProvisionNumber` of `provision-number`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
