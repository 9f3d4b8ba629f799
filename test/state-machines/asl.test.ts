import { existsSync, readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { functionOfState, functionSettings } from '../../infra/function-settings';
import { terminalCodes } from '../../shared/errors';
import { offboardingSteps } from '../../shared/offboarding';
import { stepNames } from '../../shared/run';
import { historyLimit, longestHistory } from './history';
import { lint, offboardingContract, provisioningContract, type Surroundings } from './lint';
import { Machine, type Retrier, tasksOf } from './machine';

const functions: Pick<Surroundings, 'functionTimeoutSeconds' | 'mails'> = {
  functionTimeoutSeconds: (step) => functionSettings[functionOfState(step)].timeoutSeconds,
  mails: (step) => (functionSettings[functionOfState(step)].uses as readonly string[]).includes('mail'),
};

const machines = [
  { name: 'provisioning', surroundings: { ...functions, steps: stepNames, contract: provisioningContract } },
  { name: 'offboarding', surroundings: { ...functions, steps: offboardingSteps, contract: offboardingContract } },
].map((machine) => ({ ...machine, text: readFileSync(`state-machines/${machine.name}.asl.json`, 'utf8') }));
const [{ text: provisioning, surroundings }] = machines as [(typeof machines)[number]];
const definition: unknown = JSON.parse(provisioning);

/** The machine's JSON with another value at a path such as `States.GoLive.Next`; undefined removes it, a function gets the old value. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(definition);
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((node, key) => node[key] as Node, copy as Node);
  parent[last] = typeof value === 'function' ? value(parent[last]) : value;
  if (parent[last] === undefined) delete parent[last];
  return copy;
}
type Node = Record<string, unknown>;
const retriers = (change: (retriers: Retrier[]) => Retrier[]) => change;
const without = (key: string) => (node: Node) => Object.fromEntries(Object.entries(node).filter(([own]) => own !== key));

describe.each(machines)('the $name machine', ({ text, surroundings }) => {
  const machine = Machine.parse(JSON.parse(text));

  test('is valid Amazon States Language', () => {
    const substituted = text.replace(/\$\{(\w+)Arn\}/g, 'arn:aws:lambda:ap-southeast-2:000000000000:function:$1');
    const { isValid, errorsText } = aslValidator(JSON.parse(substituted), { checkArn: true, checkPaths: true });
    expect({ isValid, errors: errorsText() }).toEqual({ isValid: true, errors: '' });
  });

  test('keeps the rules of this project', () => {
    expect(lint(JSON.parse(text), surroundings)).toEqual([]);
  });

  test('has a function file for every step', () => {
    const files = surroundings.steps.map((step) => `functions/${functionOfState(step)}.ts`);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('stays far below the history limit when every Task uses up its retriers and is redriven ten times', () => {
    expect(longestHistory(machine, 0)).toBeLessThan(1_000);
    expect(longestHistory(machine, 10)).toBeLessThan(historyLimit / 2);
  });

  test('never retries a terminal code', () => {
    for (const { task } of tasksOf(machine))
      for (const code of terminalCodes) expect(task.Retry.find(({ ErrorEquals }) => ErrorEquals.includes(code))?.MaxAttempts).toBe(0);
  });

  test('has every terminal code in its README', () => {
    const readme = readFileSync('state-machines/README.md', 'utf8');
    expect([...terminalCodes, ...surroundings.steps].filter((word) => !readme.includes(`\`${word}\``))).toEqual([]);
  });
});

describe('the linter refuses', () => {
  const cases: [title: string, path: string, value: unknown, problem: RegExp][] = [
    ['a Catch', 'States.CreateBusiness.Catch', [{ ErrorEquals: ['States.ALL'], Next: 'FollowUp' }], /Catch/],
    ['a Fail state', 'States.AlreadyProvisioning.Type', 'Fail', /Type/],
    ['JSONata', 'QueryLanguage', 'JSONata', /QueryLanguage/],
    ['a time limit for the whole run', 'TimeoutSeconds', 86_400, /TimeoutSeconds/],
    ['a Default that hides an unknown claim', 'States.IsOurs.Default', 'SendConfirmation', /Default/],
    ['a Task without TimeoutSeconds', 'States.GoLive.TimeoutSeconds', undefined, /TimeoutSeconds/],
    ['a Task that ends before its function', 'States.ProvisionNumber.TimeoutSeconds', 60, /ProvisionNumber: waits 60 s/],
    ['a callback that waits a day', 'States.AwaitOnboarding.TimeoutSeconds', 86_400, /AwaitOnboarding: waits/],
    ['another resource', 'States.GoLive.Resource', '${GoLiveArn}', /Resource/],
    ['a missing Task', 'States.CreateBusiness', undefined, /the Tasks are/],
    ['a Task that is no step', 'States.BuyNumber', (definition as Machine).States['ProvisionNumber'], /the Tasks are/],
    ['Tasks in another order', 'States', (states: Node) => Object.fromEntries(Object.entries(states).toReversed()), /the Tasks are/],
    ['another function', 'States.GoLive.Parameters.FunctionName', '${SendWelcomeArn}', /GoLive: calls/],
    ['a payload with the whole state', 'States.GoLive.Parameters.Payload', { 'state.$': '$' }, /GoLive: its payload/],
    ['a callback without its token', 'States.AwaitOnboarding.Parameters.Payload', without('taskToken.$'), /AwaitOnboarding: its payload/],
    ['a step whose answer goes into the state', 'States.CreateLogin.ResultPath', '$.login', /CreateLogin: keeps/],
    ['a state replaced by an answer', 'States.CreateLogin.ResultPath', '$', /CreateLogin: keeps/],
    ['more than times from GoLive', 'States.GoLive.ResultSelector', { 'all.$': '$.Payload' }, /GoLive: keeps/],
    ['a Next that leads nowhere', 'States.GoLive.Next', 'SendWellcome', /there is no state SendWellcome/],
    ['a state that is never reached', 'States.GoLive.Next', 'CompleteRun', /WaitForDay1 is never reached/],
    ['a state that neither goes on nor ends', 'States.CompleteRun.End', undefined, /CompleteRun has both or neither/],
    ['a missing terminal code', 'States.GoLive.Retry.0.ErrorEquals', (codes: string[]) => codes.slice(1), /GoLive: its retriers/],
    ['States.ALL before the others', 'States.GoLive.Retry', retriers((all) => all.toReversed()), /GoLive: its retriers/],
    ['a callback that would wait again', 'States.AwaitOnboarding.Retry', retriers((all) => all.slice(1)), /AwaitOnboarding: its retriers/],
    ['a mail step that gives up at once', 'States.FollowUp.Retry', retriers((all) => all.toSpliced(1, 1)), /FollowUp: its retriers/],
    ['an impatient VerifySystem', 'States.VerifySystem.Retry.1.MaxAttempts', 2, /VerifySystem: its retriers/],
    ['no retry at all', 'States.CreateBusiness.Retry', [], /CreateBusiness: its retriers/],
  ];
  test.each(cases.map(([title, ...rest]) => [title, rest] as const))('%s', (_, [path, value, problem]) => {
    expect(lint(changed(path, value), surroundings).join('\n')).toMatch(problem);
  });
});
