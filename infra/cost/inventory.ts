/** Counts, in a synthesised template, what costs by its being there. */
import * as z from 'zod';
import { metricUnits } from '../../shared/metrics';
import type { Inventory } from './model';

const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.looseObject({ Metrics: z.array(z.unknown()).optional() }).optional() }),
  ),
});

export function inventoryOf(template: unknown): Inventory {
  const resources = Object.values(Template.parse(template).Resources);
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  const alarms = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  return {
    // An alarm on a calculation is charged for every metric in it.
    alarmMetrics: alarms.reduce((sum, { Properties }) => sum + Math.max(1, Properties?.Metrics?.length ?? 1), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
    secrets: count('AWS::SecretsManager::Secret'),
    polledQueues: count('AWS::Lambda::EventSourceMapping'),
    customMetrics: Object.keys(metricUnits).length,
  };
}
