import { metric } from '../../shared/metrics';

test('a metric is one line of JSON in CloudWatch’s embedded format, of the stage that the function belongs to', () => {
  const before = { ...process.env };
  process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'coresentia-prod-go-live';
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  metric('TimeToLive', 90, { runId: 'r1' });
  write.mockRestore();
  process.env = before;
  const { _aws, ...fields } = JSON.parse(lines[0]!) as { _aws: { Timestamp: number; CloudWatchMetrics: unknown } };
  expect(fields).toEqual({ Stage: 'prod', TimeToLive: 90, runId: 'r1' });
  expect(_aws.CloudWatchMetrics).toEqual([
    { Namespace: 'CoreSentia', Dimensions: [['Stage']], Metrics: [{ Name: 'TimeToLive', Unit: 'Seconds' }] },
  ]);
  expect([lines.length, lines[0]!.endsWith('\n'), typeof _aws.Timestamp]).toEqual([1, true, 'number']);
});
