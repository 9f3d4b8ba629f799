import { machineOf } from '../../../local/control-room/machine';
import type { HistoryEvent } from '../../../local/step-functions/history';

const definition = JSON.stringify({
  StartAt: 'First',
  States: {
    First: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Which' },
    Which: { Type: 'Choice', Choices: [{ Next: 'Wait' }, { Next: 'Nothing' }] },
    Nothing: { Type: 'Succeed' },
    Wait: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', Next: 'Last' },
    Last: { Type: 'Pass', End: true },
  },
});

/** A history of one branch from `[type, details]`. */
function historyOf(...events: [type: string, details?: Record<string, unknown>][]): HistoryEvent[] {
  return events.map(([type, details], index) => ({
    id: index + 1,
    previousEventId: index,
    timestampMs: index * 1000,
    type,
    ...(details && { details }),
  }));
}
const viewOf = (...events: Parameters<typeof historyOf>) =>
  Object.fromEntries(
    machineOf({ definition: () => definition, history: () => historyOf(...events) }, 'arn').map((state) => [state.name, state]),
  );

const started: [string][] = [['ExecutionStarted']];
const enterFirst: [string, Record<string, unknown>][] = [
  ['TaskStateEntered', { name: 'First' }],
  ['TaskScheduled', {}],
];

test('states stand in the order in which they are passed, other ways of a Choice aside', () => {
  const states = machineOf({ definition: () => definition, history: () => [] }, 'arn');
  expect(states.map(({ name, isAside }) => (isAside ? `(${name})` : name))).toEqual(['First', 'Which', '(Nothing)', 'Wait', 'Last']);
  expect(states.every(({ status }) => status === 'ahead')).toBe(true);
});

test('an attempt that failed is being retried, with its error, until it succeeds', () => {
  const failing = viewOf(...started, ...enterFirst, ['TaskFailed', { error: 'TransientError', cause: 'away' }]);
  expect(failing['First']).toMatchObject({ status: 'retrying', attempts: 1, error: 'TransientError' });
  const done = viewOf(
    ...started,
    ...enterFirst,
    ['TaskFailed', { error: 'E' }],
    ['TaskScheduled'],
    ['TaskSucceeded'],
    ['TaskStateExited', { name: 'First' }],
  );
  expect(done['First']).toMatchObject({ status: 'done', attempts: 2, error: null, leftAt: '1970-01-01T00:00:06.000Z' });
});

test('a callback that was handed over waits', () => {
  const { Wait } = viewOf(...started, ['TaskStateEntered', { name: 'Wait' }], ['TaskScheduled'], ['TaskStarted'], ['TaskSubmitted']);
  expect(Wait).toMatchObject({ status: 'waiting', isCallback: true });
});

test.each([
  ['ExecutionFailed', 'failed'],
  ['ExecutionTimedOut', 'timed out'],
  ['ExecutionAborted', 'stopped'],
])('after %s the last state has %s, until a redrive', (type, status) => {
  const end: [string, Record<string, unknown>] = [type, { error: 'NumberUnavailable' }];
  expect(viewOf(...started, ...enterFirst, end)['First']).toMatchObject({ status, error: 'NumberUnavailable' });
  expect(viewOf(...started, ...enterFirst, end, ['ExecutionRedriven'], ['TaskScheduled'])['First']).toMatchObject({
    status: 'running',
    attempts: 2,
  });
});
