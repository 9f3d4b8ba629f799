/** What must wake somebody even if our own functions are silent. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { publicFunctions } from './function-urls';
import type { Functions } from './functions';
import { nameIn } from './names';
import type { Queues } from './queues';
import type { StageName } from './stages';

interface AlarmsProps {
  stage: StageName;
  topic: ITopic;
  queues: Queues;
  functions: Functions;
  stateMachine: StateMachine;
  offboarding: StateMachine;
}

/** `section`: the heading's anchor in docs/runbook.md, if it is not the alarm's own name. */
interface Watched {
  metric: IMetric;
  meaning: string;
  section?: string;
  threshold?: number;
}

/** Every alarm fires at the first occurrence within its period and goes to the operator's topic, with the place in the runbook. */
export function addAlarms(stack: Construct, { stage, topic, ...watched }: AlarmsProps): void {
  const scope = new Construct(stack, 'Alarms');
  for (const [name, { metric, meaning, section = name, threshold = 1 }] of Object.entries(watchedMetrics(watched)))
    new Alarm(scope, name, {
      alarmName: nameIn(stage, name),
      alarmDescription: `${meaning} Runbook: docs/runbook.md#${section}`,
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
}

const period = Duration.minutes(5);
const depth = { period, statistic: Stats.MAXIMUM };
const count = { period, statistic: Stats.SUM };

type Parts = Omit<AlarmsProps, 'stage' | 'topic'>;

function watchedMetrics({ queues, functions, stateMachine, offboarding }: Parts): Record<string, Watched> {
  return {
    'screen-invoice-dlq': {
      metric: queues.screenInvoiceDead.metricApproximateNumberOfMessagesVisible(depth),
      meaning: 'An invoice could not be screened for a day. The sweep repairs it once Xero answers.',
    },
    'deposit-paid-dlq': {
      metric: queues.depositPaidDead.metricApproximateNumberOfMessagesVisible(depth),
      meaning: 'A paid deposit started no execution. The sweep announces it again.',
    },
    'recover-message-dlq': {
      metric: queues.recoverMessage.dead.metricApproximateNumberOfMessagesVisible(depth),
      meaning: "A lead's message could not be read back from Twilio for hours. reconcile-messages repairs it once it can.",
    },
    'alert-owner-dlq': {
      metric: queues.alertOwner.dead.metricApproximateNumberOfMessagesVisible(depth),
      meaning: 'An owner could not be told of a lead for hours.',
    },
    'text-back-caller-dlq': {
      metric: queues.textBackCaller.dead.metricApproximateNumberOfMessagesVisible(depth),
      meaning: 'Somebody whose call was missed got no text.',
    },
    'undelivered-dlq': {
      metric: queues.undelivered.metricApproximateNumberOfMessagesVisible(depth),
      meaning: 'A function failed on an event or a schedule again and again.',
    },
    'screening-delayed': {
      metric: queues.screenInvoice.metricApproximateAgeOfOldestMessage(depth),
      meaning: 'An invoice has been waiting for its screening for an hour: Xero or Supabase does not answer.',
      threshold: 3600, // seconds; six tries at five minutes each are ordinary trouble
    },
    'executions-failed': { metric: stateMachine.metricFailed(count), meaning: 'A run stopped. Mend the cause, then redrive.' },
    'executions-timed-out': { metric: stateMachine.metricTimedOut(count), meaning: 'A run ran into its time limit. Redrive.' },
    'offboardings-failed': { metric: offboarding.metricFailed(count), meaning: 'An offboarding stopped. Mend the cause, then redrive.' },
    'alert-operator-errors': {
      metric: functions.get('alert-operator').metricErrors(count),
      meaning: 'The function that reports failed runs fails itself.',
    },
    'audit-failures-errors': {
      metric: functions.get('audit-failures').metricErrors(count),
      meaning: 'The hourly search for failed runs that nobody was told of fails.',
    },
    'audit-accounts-errors': {
      metric: functions.get('audit-accounts').metricErrors(count),
      meaning: 'An audit cannot be carried out.',
    },
    'sweep-invoices-errors': {
      metric: functions.get('sweep-invoices').metricErrors(count),
      meaning: 'The sweep, which finds the payments that no webhook told of, fails.',
    },
    throttled: {
      // Without dimensions it is every function's of the account: so is the quota.
      metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...count }),
      meaning: 'Lambda refused calls for want of concurrency; a function URL answers 429 then.',
    },
    ...Object.fromEntries(publicFunctions.map((name) => [`${name}-5xx`, urlErrors(functions, name)])),
  };
}

/** The handlers answer 500 instead of throwing, so Lambda's own count of errors misses them. */
function urlErrors(functions: Functions, name: (typeof publicFunctions)[number]): Watched {
  const FunctionName = functions.get(name).functionName;
  const metric = new Metric({ namespace: 'AWS/Lambda', metricName: 'Url5xxCount', dimensionsMap: { FunctionName }, ...count });
  return { metric, meaning: `${name} answered with a server error.`, section: 'public-5xx' };
}
