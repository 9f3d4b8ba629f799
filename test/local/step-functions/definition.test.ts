import { compileDefinition } from '../../../local/step-functions/definition';
import { CALLBACK, closeStacks, startStack, task } from './harness';

afterEach(closeStacks);

/** A machine whose state `A` is as given. */
const machine = (A: object, more: object = {}) => ({ StartAt: 'A', States: { A, B: { Type: 'Pass', End: true } }, ...more });
const pass = (more: object) => machine({ Type: 'Pass', End: true, ...more });
const work = (more: object) => machine({ ...task(), End: true, ...more });

test.each<[string, unknown, string]>([
  ['JSONata', machine({ Type: 'Succeed' }, { QueryLanguage: 'JSONata' }), "field 'QueryLanguage'"],
  ['JSONata in one state', pass({ QueryLanguage: 'JSONata' }), "state 'A', field 'QueryLanguage'"],
  ['Assign', pass({ Assign: { 'v.$': '$.x' } }), "state 'A', field 'Assign': is not implemented"],
  ['a variable', pass({ Parameters: { 'v.$': '$v' } }), "state 'A', field 'Parameters'"],
  ['Map', machine({ Type: 'Map', ItemProcessor: {}, End: true }), "state 'A', field 'Type'"],
  [
    'another service',
    work({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
    "state 'A', field 'Resource': this resource is not implemented",
  ],
  ['a field of another type of state', pass({ Seconds: 3 }), "state 'A', field 'Seconds': is not implemented"],
  [
    'a parameter of lambda:invoke that is not known',
    work({ Parameters: { FunctionName: 'f', Qualifier: '1' } }),
    "field 'Parameters.Qualifier'",
  ],
  ['lambda:invoke without FunctionName', work({ Parameters: {} }), "field 'Parameters.FunctionName'"],
  ['a wildcard path', pass({ InputPath: '$.a[*].b' }), "state 'A', field 'InputPath': the path '$.a[*].b' is not implemented"],
  ['a ResultPath into an array', pass({ ResultPath: '$.a[0]' }), "state 'A', field 'ResultPath'"],
  ['an intrinsic function', pass({ Parameters: { 'v.$': "States.StringSplit('a,b', ',')" } }), "state 'A', field 'Parameters'"],
  ['a malformed intrinsic function', pass({ Parameters: { 'v.$': "States.Array('a' 'b')" } }), "state 'A', field 'Parameters'"],
  [
    'a comparison',
    machine({ Type: 'Choice', Choices: [{ Variable: '$.a', Resembles: 'x', Next: 'B' }] }),
    "state 'A', field 'Choices.0': the comparison 'Resembles'",
  ],
  [
    'an operand of the wrong type',
    machine({ Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: '1', Next: 'B' }] }),
    "field 'Choices.0'",
  ],
  ['a Next to nowhere', pass({ End: false, Next: 'C' }), "state 'A', field 'Next': there is no state 'C'"],
  ['neither Next nor End', machine({ Type: 'Pass' }), "state 'A', field 'Next'"],
  ['a StartAt to nowhere', { ...pass({}), StartAt: 'C' }, "field 'StartAt': there is no state 'C'"],
  ['a Catch to nowhere', work({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] }), "state 'A', field 'Catch'"],
  [
    'States.ALL before other retriers',
    work({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
    "state 'A', field 'Retry'",
  ],
  ['a BackoffRate under 1', work({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }), "state 'A', field 'Retry.0.BackoffRate'"],
  ['a field of a retrier', work({ Retry: [{ ErrorEquals: ['X'], Jitter: 1 }] }), "state 'A', field 'Retry.0.Jitter'"],
  ['both forms of a timeout', work({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }), "state 'A', field 'TimeoutSeconds'"],
  [
    'a heartbeat over the timeout',
    work({ Resource: CALLBACK, TimeoutSeconds: 10, HeartbeatSeconds: 10 }),
    "state 'A', field 'HeartbeatSeconds'",
  ],
  ['a heartbeat without a token', work({ HeartbeatSeconds: 10 }), "state 'A', field 'HeartbeatSeconds'"],
  ['two ways to wait', machine({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }), "state 'A', field 'Seconds'"],
  [
    'an error in a branch',
    machine({ Type: 'Parallel', End: true, Branches: [{ StartAt: 'X', States: { X: { Type: 'Pass', End: true, Foo: 1 } } }] }),
    "state 'X', field 'Foo'",
  ],
  ['no object', 'StartAt', "state machine 'm'"],
])('%s is refused', (_what, definition, message) => {
  expect(() => compileDefinition('m', definition)).toThrow(message);
});

test('all problems of a machine are listed at once', () => {
  const definition = machine({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Foo: 1, End: true });
  expect(() => compileDefinition('m', definition)).toThrow(/field 'Resource'.*field 'Foo'/);
});

test('the stack does not start with a machine that is refused', async () => {
  await expect(startStack(pass({ Assign: {} }))).rejects.toThrow("state machine 'machine' cannot be loaded: state 'A', field 'Assign'");
});
