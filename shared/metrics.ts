/** Metrics as log lines that CloudWatch reads by itself: no call, no permission. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
import { ownStage } from './stage';

export const metricNamespace = 'CoreSentia';

/** By name, with CloudWatch's unit. Each costs US$0.30 a month and stage; what AWS counts by itself is not repeated here. */
export const metricUnits = {
  /** From the run's claim to the client's going live. */
  TimeToLive: 'Seconds',
  MailsBounced: 'Count',
} as const;
export type MetricName = keyof typeof metricUnits;

/** Counts or measures. `ids` make the line findable; they are no dimensions, which would be metrics of their own. */
export function metric(name: MetricName, value: number, ids: Record<string, string> = {}): void {
  const directive = { Namespace: metricNamespace, Dimensions: [['Stage']], Metrics: [{ Name: name, Unit: metricUnits[name] }] };
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...ids, Stage: ownStage(), [name]: value };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
