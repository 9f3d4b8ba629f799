/** What a redrive of each state does and costs, and what it leaves alone. Pure. The alert says it, so that nobody is afraid to press the button. */
import type { FailedRun } from './ports/ledger';
import type { Money } from './ports/twilio';
import type { StepName } from './run';

/** Sentences without their full stops. */
export interface RedriveAdvice {
  does: string;
  costs: string;
}

const free = 'nothing';
const mail = (name: string): RedriveAdvice => ({
  does: `sends the ${name} mail if it has not gone out, and never a second one`,
  costs: free,
});
/** Twilio's list price for Australia, November 2026: see docs/vendors.md. The step asks for today's before it buys. */
const listPrice = 'about US$8.25';

const steps: Record<Exclude<StepName, 'ProvisionNumber'>, RedriveAdvice> = {
  ConfirmDeposit: { does: 'claims the invoice again, which is this execution’s already if it was', costs: free },
  SendConfirmation: mail('confirmation'),
  AwaitOnboarding: { does: 'goes on at once if the form has come, else waits for it another 30 days; it sends no mail', costs: free },
  ReviewOnboarding: { does: 'looks at the form again; you are told once of what looks odd', costs: free },
  CreateBusiness: { does: 'writes the same business again, which stays one', costs: free },
  ConfigureSettings: { does: 'writes the same settings again', costs: free },
  CreateLogin: { does: 'makes the login if there is none, and never a second one; it sends no mail', costs: free },
  SendTestSms: {
    does: 'sends one test SMS from our test number, and looks first whether it has gone out',
    costs: 'two SMS, about US$0.12',
  },
  VerifySystem: { does: 'sends one fresh test SMS and looks for the answer again', costs: 'two SMS, about US$0.12' },
  GoLive: { does: 'marks the client live; the first time of it stays', costs: free },
  SendWelcome: mail('welcome'),
  CheckLogin: { does: 'looks whether the client has logged in, and nudges once if not; after more than a day it skips that', costs: free },
  CheckSmsActivity: {
    does: 'looks for texts of leads, and sends tips once if there are none; after more than a day it skips that',
    costs: free,
  },
  FollowUp: mail('follow-up'),
  CompleteRun: { does: 'closes the checklist', costs: free },
};

const wait: RedriveAdvice = { does: 'waits for what is left of the time, or goes on at once if it is past', costs: free };

/** The waits, and the states of the machine `offboarding`. */
const others: Record<string, RedriveAdvice> = {
  WaitForDay1: wait,
  WaitForDay3: wait,
  WaitForDay7: wait,
  StopProvisioning: { does: 'keeps provisioning from beginning another step', costs: free },
  SuspendBusiness: { does: 'suspends the business again, which it is already if it was', costs: free },
  DisableLogin: { does: 'ends what memberships are left', costs: free },
  QuarantineNumber: { does: 'puts the number into quarantine; the 30 days of the first time stay', costs: free },
  TellLeavingClient: mail('leaving'),
  AwaitRelease: { does: 'finds the decision if there is one, else waits for it another 90 days', costs: free },
  ReleaseNumber: { does: 'gives the number back to Twilio for good if it is ours still, which two people have confirmed', costs: free },
  CompleteOffboarding: { does: 'closes the client and the business', costs: free },
  RestoreBusiness: { does: 'sets statuses, number and memberships as they were before', costs: free },
  RestoreLogin: { does: 'lets everybody sign in as before', costs: free },
  TellReturningClient: mail('returning'),
  CompleteUndo: { does: 'lets provisioning go on where it was stopped, if it was', costs: free },
};

const effects: Record<string, string> = {
  ConfirmDeposit: 'the claim of the invoice',
  SendConfirmation: 'the confirmation mail',
  AwaitOnboarding: 'the onboarding form',
  ReviewOnboarding: 'the review of the form',
  ProvisionNumber: 'the purchase of the number',
  CreateBusiness: 'the business',
  ConfigureSettings: 'its settings',
  CreateLogin: 'the login',
  SendTestSms: 'the first test SMS',
  VerifySystem: 'the system test',
  GoLive: 'going live',
  SendWelcome: 'the welcome mail',
  CheckLogin: 'the check of day 1',
  CheckSmsActivity: 'the check of day 3',
  FollowUp: 'the follow-up mail',
  CompleteRun: 'the end of the checklist',
  StopProvisioning: 'the end of provisioning',
  SuspendBusiness: 'the suspension',
  DisableLogin: 'the end of the memberships',
  QuarantineNumber: 'the quarantine',
  TellLeavingClient: 'the leaving mail',
  AwaitRelease: 'the decision',
  ReleaseNumber: 'the release of the number',
  CompleteOffboarding: 'the close',
  RestoreBusiness: 'the restored business',
  RestoreLogin: 'the restored login',
  TellReturningClient: 'the returning mail',
  CompleteUndo: 'the end of the undo',
};

/** For a state that is none of provisioning's, what holds for every state of ours. */
export function redriveAdvice(state: string, run: FailedRun | undefined): RedriveAdvice {
  if (state === 'ProvisionNumber') return purchase(run);
  if (isStep(state)) return steps[state];
  const known = Object.hasOwn(others, state) ? others[state] : undefined;
  return known ?? { does: 'does the failed step again, which has one effect however often it runs', costs: free };
}

function purchase(run: FailedRun | undefined): RedriveAdvice {
  if (run?.numberState === 'owned' || run?.numberState === 'configured')
    return { does: 'buys nothing, for the number is there; it points it at us and reads that back', costs: free };
  const most = run ? `, at most ${amount(run.priceCeiling)}` : '';
  const costs = `${listPrice} a month from then on${most}`;
  if (run?.numberState === 'requested')
    return {
      does: 'looks whether the number that was asked for is ours, and buys that one if not; never two',
      costs: `${costs}, unless it is paid already`,
    };
  return { does: 'buys one number', costs };
}

const amount = ({ amountCents, currency }: Money) => `${(amountCents / 100).toFixed(2)} ${currency}`;

/** What the ledger shows done. */
export function notRepeated(done: readonly string[]): string {
  return done.map((step) => (Object.hasOwn(effects, step) ? (effects[step] ?? step) : step)).join(', ');
}

function isStep(state: string): state is keyof typeof steps {
  return Object.hasOwn(steps, state);
}
