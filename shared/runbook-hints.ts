/** What an error of the state machine means and what the operator does, in plain English: the same as in state-machines/README.md. Pure. */
import type { TerminalCode } from './errors';
import { stageFlag } from './stage';

/** `redrive`: whether redriving is the right end of it. */
export interface Hint {
  what: string;
  do: string;
  redrive: boolean;
}

const terminal: Record<TerminalCode, Hint> = {
  BalanceTooLow: hint(
    'the Twilio account has too little money to buy a number and go on texting',
    'Add money at console.twilio.com > Billing, or lower balance_floor_cents in system_settings.',
  ),
  BusinessDataMissing: hint(
    'a step found empty what an earlier one should have filled',
    'Look at the checklist and the named row in Supabase.',
  ),
  ContactEmailMissing: hint('the Xero contact has no e-mail address', 'Add it in Xero and screen the invoice again.'),
  DailyNumberCapReached: hint(
    "today's cap on bought numbers is reached",
    'Find out why so many were bought; wait until tomorrow or raise the cap in system_settings.',
  ),
  DashboardBroken: hint("the client's dashboard does not load or lacks something", "Open it, and look at the portal's log."),
  EmailAddressRejected: hint('the mail service does not take the address as one', "Correct the client's e-mail address in Supabase."),
  EmailRefused: hint(
    'the mail service refuses to send for us',
    'Look in the SES console: sender verified? out of the sandbox? sending paused?',
  ),
  ExecutionMismatch: final('another execution owns this run', 'Follow the execution that the run names.'),
  InvoiceNotScreened: final(
    'an execution was started for an invoice that screening never passed',
    'Screen the invoice: npm run screen -- {invoice}{stage}',
  ),
  LoginConflict: hint('Supabase Auth has the e-mail address and finds no user for it', 'Look at Authentication, Users in Supabase.'),
  NumberMisconfigured: hint(
    'the number does not keep the webhook URLs that we set, or was adopted and does not point at us yet',
    'Look at the number in the Twilio console; an adopted one: npm run move-number -- --list{stage}.',
  ),
  NumberPriceTooHigh: hint(
    'a number costs more than system_settings allows, or is billed in another currency',
    'Look at twilio.com > Pricing > Australia. If the price is right, raise price_ceiling_cents (or set spend_currency) in system_settings.',
  ),
  NumberUnavailable: hint(
    'Twilio sells no fitting Australian number at the moment',
    'Try again later, or allow numbers that are not mobiles (twilio.allowLocalNumber in infra/stages.ts) and deploy.',
  ),
  PurchasesDisabled: hint('buying numbers is switched off', 'Switch it on in system_settings when buying is safe again.'),
  RegulatoryBundleRequired: hint(
    'Twilio wants an approved regulatory bundle and its address for Australian numbers',
    'Get both approved in the Twilio console, set their SIDs in infra/stages.ts, and deploy.',
  ),
  ReleaseNotConfirmed: final(
    'somebody has woken the offboarding by hand, and nothing is decided on the board',
    "Decide it on the operator's board: a second person confirms the release after the quarantine, or anybody undoes it. Then redrive.",
  ),
  ReplyInappropriate: hint(
    'the reply to the test SMS is not fit for a client',
    "Read it in the conversation, and mend the wording or the business's data.",
  ),
  RunCancelled: final(
    'the client of this run is being offboarded, so no step may begin',
    "If the client is to stay: undo the offboarding on the operator's board. That lets the run go on by itself.",
  ),
  RunNotFound: final("the run's row is gone from the database", 'Find out who deleted it; without it the client must be started anew.'),
  TestSmsRefused: hint(
    'Twilio does not send from our test number to the new number',
    'Look at the test number in the Twilio console: geo permissions, opt-out, SMS capability.',
  ),
  VendorAccountProblem: hint(
    'a vendor refuses our credentials or our account',
    'Check secret, payment and account status at the vendor; a new secret is picked up within 5 minutes.',
  ),
  VendorRequestRejected: hint(
    'a vendor says that our request is wrong',
    "It is a bug or a changed API: look at the function's log, fix, deploy.",
  ),
};

const others: Record<string, Hint> = {
  Aborted: hint(
    'somebody stopped the execution, which ends nothing by itself',
    'If the client leaves, or comes back: “Offboard this client” or “Undo” on the board. Else it was a mistake.',
  ),
  EmailUnconfirmed: hint(
    'a mail was handed over, and nothing tells whether it went out',
    'Ask the client or look in SES. Then say so: npm run settle-mail -- {invoice} {mail} --was-sent{stage} (or --send-again).',
  ),
  StepAtWork: hint('a step of provisioning has been at work for longer than any step may', "Look at that step's log."),
  ReplyPending: hint('the test SMS got no answer in time', "Look at the log of sms-webhook and at the number's error log at Twilio."),
  TransientError: hint(
    'a vendor was out of reach or overloaded for too long',
    "Look at the vendor's status page and wait until it is well again.",
  ),
  'States.Timeout': hint('the step took longer than it may', "Look at the function's log."),
};

/** The mail of each state that sends one, as settle-mail names it. */
const mails: Record<string, string> = {
  SendConfirmation: 'confirmation',
  SendWelcome: 'welcome',
  CheckLogin: 'login-nudge',
  CheckSmsActivity: 'sms-tips',
  FollowUp: 'follow-up',
  TellLeavingClient: 'leaving',
  TellReturningClient: 'returning',
};

const formNeverCame = hint(
  'the client has not sent the onboarding form within 30 days',
  'Call the client. Redriving waits another 30 days, and finds a form that has come since.',
);
const nobodyDecided = hint(
  'nobody has decided about the number of a client who left within 90 days',
  "Decide it on the operator's board. Redriving waits for the decision, or finds it.",
);
const bug = hint('this is a bug', "Look at the function's log, fix, deploy.");

function hint(what: string, action: string): Hint {
  return { what, do: action, redrive: true };
}

function final(what: string, action: string): Hint {
  return { what, do: action, redrive: false };
}

/** The hint for a failed state and its error name. `{invoice}` in it stands for the invoice number; the commands name the stage, without which they look at the laptop. */
export function hintFor({ state, error, stage }: { state: string; error: string; stage: string }): Hint {
  if (state === 'AwaitOnboarding' && error === 'States.Timeout') return formNeverCame;
  if (state === 'AwaitRelease' && error === 'States.Timeout') return nobodyDecided;
  const known: Record<string, Hint> = { ...terminal, ...others };
  const found = Object.hasOwn(known, error) ? (known[error] ?? bug) : bug;
  return { ...found, do: found.do.replace('{mail}', mails[state] ?? 'TEMPLATE').replaceAll('{stage}', stageFlag(stage)) };
}
