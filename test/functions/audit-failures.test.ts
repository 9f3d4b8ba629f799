import { alertOperator } from '../../functions/alert-operator';
import { auditFailures } from '../../functions/audit-failures';
import { TransientError } from '../../shared/errors';
import type { FailedExecution } from '../../shared/ports/aws';
import { fakeExecutions } from '../fakes/executions';
import { fakeFailedRuns } from '../fakes/failed-runs';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { fakeOffboardings } from '../fakes/offboardings';

const machine = (name: string) => `arn:aws:states:ap-southeast-2:123456789012:stateMachine:coresentia-prod-${name}`;
const arn = (name: string, machine = 'provisioning') =>
  `arn:aws:states:ap-southeast-2:123456789012:execution:coresentia-prod-${machine}:${name}`;
const now = new Date('2026-11-22T03:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const failed = (name: string, hours: number, status: FailedExecution['status'] = 'FAILED'): FailedExecution => ({
  executionArn: arn(name),
  status,
  endedAt: ago(hours),
});

function world(found: FailedExecution[], others: FailedExecution[] = []) {
  const all = [...found, ...others];
  const failure = { state: 'CreateLogin', error: 'LoginConflict', cause: 'x', eventId: 9 };
  return {
    executions: fakeExecutions({
      failed: { [machine('provisioning')]: found, [machine('offboarding')]: others },
      lastFailures: Object.fromEntries(all.map(({ executionArn }) => [executionArn, failure])),
    }),
    failedRuns: fakeFailedRuns(),
    noticeLog: fakeNoticeLog(),
    notices: fakeNotices(),
    offboardings: fakeOffboardings({ owners: { [arn('stopped')]: { kind: 'stopped', invoiceNumber: 'INV-0007' } } }),
  };
}
const machines = [machine('provisioning'), machine('offboarding')];

test('tells of every failure that nobody was told of, in every machine, once', async () => {
  const services = world(
    [failed('a', 2), failed('b', 30, 'ABORTED'), failed('c', 1, 'TIMED_OUT')],
    [{ ...failed('d', 3), executionArn: arn('d', 'offboarding') }],
  );
  expect(await auditFailures(services, machines, now)).toBe(4);
  expect(await auditFailures(services, machines, now)).toBe(0);
  expect(services.notices.published).toHaveLength(4);
});

test('what alert-operator has told of is not told again, and the other way round', async () => {
  const services = world([failed('a', 2)]);
  const detail = { executionArn: arn('a'), status: 'FAILED' as const, stopDate: ago(2).getTime() + 1, input: null };
  await alertOperator({ time: now.toISOString(), detail }, services);
  expect(await auditFailures(services, machines, now)).toBe(0);
  const other = world([failed('a', 2)]);
  await auditFailures(other, machines, now);
  await alertOperator({ time: now.toISOString(), detail }, other);
  expect(other.notices.published).toHaveLength(1);
});

test('what an offboarding has stopped is no news, and not looked at again', async () => {
  const services = world([failed('stopped', 2, 'ABORTED')]);
  await auditFailures(services, machines, now);
  expect(services.notices.published).toEqual([]);
  expect(await auditFailures(services, machines, now)).toBe(0);
});

test('leaves the last minutes to the event, and what is long past alone', async () => {
  expect(await auditFailures(world([failed('a', 0.1), failed('b', 24 * 16)]), machines, now)).toBe(0);
});

test('a notice that does not go out keeps no other back, and the round fails', async () => {
  const services = world([failed('a', 2), failed('b', 2)]);
  services.notices = fakeNotices({ failures: { publish: [new TransientError('SNS is down')] } });
  await expect(auditFailures(services, machines, now)).rejects.toThrow('1 alerts could not be sent');
  expect(services.notices.published).toHaveLength(1);
});
