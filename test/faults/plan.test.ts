import { modes } from './modes';
import { type Found, planned, type Wanted } from './plan';
import { stepsOf } from './ways';

const one = (fn: string, call: string, reads = false): Found => ({
  key: `${fn} ${call} 0`,
  fn,
  call: call as Found['call'],
  nth: 0,
  before: [],
  reads,
  weight: 20,
});
const shared = ['go-live', 'send-welcome', 'check-login'].map((fn) => one(fn, 'supabase rpc/begin_step'));
const buys = one('provision-number', 'twilio createNumber');
const looks = one('provision-number', 'twilio listNumbers', true);
const found = [
  [...shared, buys, looks],
  [...shared.toReversed(), one('screen-invoice', 'xero getInvoice', true)],
];
const wanted = (change: Partial<Wanted> = {}): Wanted => ({ size: 'short', seed: 1, only: /(?:)/, ...change });
const plan = (change: Partial<Wanted> = {}) => planned(found, wanted(change), [0, 0]);
const writingModes = modes.slice(0, 7).map(({ title }) => title);

test('the same seed plans the same, another seed something else', () => {
  expect(plan()).toEqual(plan());
  expect(plan({ seed: 2 })).not.toEqual(plan());
});

test.each([1, 2, 3, 4, 5])('the short list gives each call a fault, and each kind of call that writes every fault (seed %i)', (seed) => {
  const faults = plan({ seed }).flat();
  expect(new Set(faults.map(({ key }) => key)).size).toBe(6);
  const modesOf = (call: string) => faults.filter(({ key }) => key.includes(call)).map(({ mode }) => mode);
  for (const call of ['begin_step', 'createNumber']) expect(modesOf(call)).toEqual(expect.arrayContaining(writingModes));
  expect(modesOf('begin_step').length).toBeLessThan(10);
  expect(modesOf('listNumbers')).toHaveLength(1);
});

test('what both have found is played once, by whoever has found it, and the work is shared', () => {
  const [first = [], second = []] = plan({ size: 'all' });
  const keys = (faults: typeof first) => new Set(faults.map(({ key }) => key));
  expect([...keys(first)].filter((key) => keys(second).has(key))).toEqual([]);
  expect(keys(second)).toContain('screen-invoice xero getInvoice 0');
  expect(keys(first)).toContain('provision-number twilio createNumber 0');
  expect(first.length + second.length).toBe(6 * modes.length * 3);
  expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(modes.length * 3);
});

test('who already has something else to do gets less', () => {
  const [first = [], second = []] = planned(found, wanted({ size: 'all' }), [10_000, 0]);
  expect(first).toHaveLength(2 * modes.length * 3);
  expect(second.length).toBeGreaterThan(first.length);
});

test('only what is asked for', () => {
  const faults = plan({ size: 'all', only: /createNumber, crash after, redrive/ }).flat();
  expect(faults).toEqual([{ key: 'provision-number twilio createNumber 0', mode: 'crash after', recovery: 'redrive' }]);
});

test('the ways go through the machines in their order', () => {
  const provisioning = stepsOf('provisioning');
  expect([provisioning[0], provisioning.at(-1)]).toEqual(['confirm-deposit', 'complete-run']);
  expect(provisioning).toHaveLength(16);
  expect(stepsOf('release').slice(-3)).toEqual(['await-release', 'release-number', 'complete-offboarding']);
  expect(stepsOf('undo').slice(-5)).toEqual([
    'await-release',
    'restore-business',
    'restore-login',
    'tell-returning-client',
    'complete-undo',
  ]);
});
