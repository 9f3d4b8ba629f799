/** What is going on, at one look: runs, time to live, cost per client, SMS, mails. All but two metrics are AWS's own and free. */
import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, MathExpression, Metric, SingleValueWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type MetricName, metricNamespace } from '../shared/metrics';
import { awsPrices } from './cost/prices';
import { transitionsPerClient } from './cost/transitions';
import { functionNames, functionSettings } from './function-settings';
import type { Functions } from './functions';
import { nameIn } from './names';
import type { Queues } from './queues';
import type { StageName } from './stages';

interface DashboardProps {
  stage: StageName;
  functions: Functions;
  stateMachine: StateMachine;
  queues: Queues;
}

const hour = { period: Duration.hours(1), statistic: Stats.SUM };
const days = { period: Duration.days(30), statistic: Stats.SUM };

const graph = (title: string, left: IMetric[], width = 8) => new GraphWidget({ title, left, width });

/** One dashboard per stage: US$3 a month. */
export function addDashboard(stack: Construct, props: DashboardProps): void {
  const { stage, functions, stateMachine, queues } = props;
  const scope = new Construct(stack, 'Dashboard');
  const ours = (name: MetricName, statistic: string, period = Duration.hours(1)) =>
    new Metric({ namespace: metricNamespace, metricName: name, dimensionsMap: { Stage: stage }, statistic, period });
  const sms = (metricName: string, statistic: string) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap: { FunctionName: functions.get('sms-webhook').functionName },
      statistic,
      period: Duration.hours(1),
    });
  new Dashboard(scope, 'Operations', { dashboardName: nameIn(stage, 'operations'), start: '-P7D' }).addWidgets(
    graph('Runs by state', [
      stateMachine.metricStarted(hour),
      stateMachine.metricSucceeded(hour),
      stateMachine.metricFailed(hour),
      stateMachine.metricTimedOut(hour),
      stateMachine.metricAborted(hour),
    ]),
    graph('Time from claim to live (s)', [ours('TimeToLive', 'p50'), ours('TimeToLive', 'p90')]),
    new SingleValueWidget({ title: 'AWS cost per client, 30 days (US$)', metrics: [costPerClient(props)], width: 8 }),
    graph('SMS: answer time (ms)', [sms('UrlRequestLatency', 'p50'), sms('UrlRequestLatency', 'p95')]),
    graph('SMS answered, and left to the fallback', [
      sms('UrlRequestCount', Stats.SUM),
      functions.get('sms-fallback').metricInvocations(hour),
    ]),
    graph('Mails bounced', [ours('MailsBounced', Stats.SUM)]),
    graph(
      'Waiting in queues',
      queues.all.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM })),
      12,
    ),
    graph(
      'Errors of functions',
      functionNames.map((name) => functions.get(name).metricErrors(hour)),
      12,
    ),
  );
}

/** All metrics whose ids contain the word, at a price each. */
const total = (idsBegin: string, usd: number) => `SUM(FILL(METRICS("${idsBegin}"),0))*${usd.toFixed(14)}`;

/**
 * Lambda's and Step Functions' share, which grow with the clients; the fixed rest stands in `npm run cost`. Metrics are summed by the beginning of
 * their ids: an expression has room for 2,048 characters and knows no exponents.
 */
function costPerClient({ functions, stateMachine }: DashboardProps): IMetric {
  const { lambdaGbSecond, lambdaRequest, stateTransition } = awsPrices;
  const metrics = functionNames.flatMap((name, index) => [
    [`ms${functionSettings[name].memoryMb}x${index}`, functions.get(name).metricDuration(days)] as const,
    [`calls${index}`, functions.get(name).metricInvocations(days)] as const,
  ]);
  const sizes = [...new Set(functionNames.map((name) => functionSettings[name].memoryMb))];
  const lambda = [
    total('calls', lambdaRequest.usd),
    ...sizes.map((memoryMb) => total(`ms${memoryMb}x`, ((memoryMb / 1024) * lambdaGbSecond.usd) / 1000)),
  ];
  return new MathExpression({
    label: 'US$ per client',
    expression: `(${lambda.join('+')})/started+${(transitionsPerClient() * stateTransition.usd).toFixed(14)}`,
    usingMetrics: { ...Object.fromEntries(metrics), started: stateMachine.metricStarted(days) },
    period: Duration.days(30),
  });
}
