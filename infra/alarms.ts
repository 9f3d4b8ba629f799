/** What must wake somebody even if our own functions are silent. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
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
}

/** Every alarm fires at the first occurrence within 5 minutes and goes to the operator's topic. */
export function addAlarms(stack: Construct, { stage, topic, ...watched }: AlarmsProps): void {
  const scope = new Construct(stack, 'Alarms');
  for (const [name, { metric, meaning }] of Object.entries(watchedMetrics(watched)))
    new Alarm(scope, name, {
      alarmName: nameIn(stage, name),
      alarmDescription: meaning,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
}

function watchedMetrics({
  queues,
  functions,
  stateMachine,
}: Omit<AlarmsProps, 'stage' | 'topic'>): Record<string, { metric: IMetric; meaning: string }> {
  const period = Duration.minutes(5);
  const depth = { period, statistic: Stats.MAXIMUM };
  const count = { period, statistic: Stats.SUM };
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
    'executions-failed': { metric: stateMachine.metricFailed(count), meaning: 'A run stopped. Mend the cause, then redrive.' },
    'executions-timed-out': { metric: stateMachine.metricTimedOut(count), meaning: 'A run ran into its time limit. Redrive.' },
    'alert-operator-errors': {
      metric: functions.get('alert-operator').metricErrors(count),
      meaning: 'The function that reports failed runs fails itself.',
    },
  };
}
