import { existsSync, readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { functionOfState, functionSettings } from '../../infra/function-settings';
import { terminalCodes } from '../../shared/errors';
import { stepNames } from '../../shared/run';
import { historyLimit, longestHistory } from './history';
import { lint, type Surroundings } from './lint';
import { Machine, tasksOf } from './machine';

const text = readFileSync('state-machines/provisioning.asl.json', 'utf8');
const definition: unknown = JSON.parse(text);
const surroundings: Surroundings = {
  steps: stepNames,
  functionTimeoutSeconds: (step) => functionSettings[functionOfState(step)].timeoutSeconds,
  mails: (step) => (functionSettings[functionOfState(step)].uses as readonly string[]).includes('mail'),
};

/** The machine's JSON with one change, to be linted. */
function changed(change: (machine: any) => void): unknown {
  const copy = structuredClone(definition);
  change(copy);
  return copy;
}

describe('the provisioning machine', () => {
  test('is valid Amazon States Language', () => {
    const substituted = text.replace(/\$\{(\w+)Arn\}/g, 'arn:aws:lambda:ap-southeast-2:000000000000:function:$1');
    const { isValid, errorsText } = aslValidator(JSON.parse(substituted), { checkArn: true, checkPaths: true });
    expect({ isValid, errors: errorsText() }).toEqual({ isValid: true, errors: '' });
  });

  test('keeps the rules of this project', () => {
    expect(lint(definition, surroundings)).toEqual([]);
  });

  test('has a function file for every step', () => {
    const files = stepNames.map((step) => `functions/${functionOfState(step)}.ts`);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('stays far below the history limit when every Task uses up its retriers and is redriven ten times', () => {
    const machine = Machine.parse(definition);
    expect(longestHistory(machine, 0)).toBeLessThan(1_000);
    expect(longestHistory(machine, 10)).toBeLessThan(historyLimit / 2);
  });

  test('never retries a terminal code', () => {
    for (const { task } of tasksOf(Machine.parse(definition)))
      for (const code of terminalCodes) expect(task.Retry.find(({ ErrorEquals }) => ErrorEquals.includes(code))?.MaxAttempts).toBe(0);
  });

  test('has every terminal code in its README', () => {
    const readme = readFileSync('state-machines/README.md', 'utf8');
    expect([...terminalCodes, ...stepNames].filter((word) => !readme.includes(`\`${word}\``))).toEqual([]);
  });
});

describe('the linter refuses', () => {
  const cases: [string, (machine: any) => void, RegExp][] = [
    ['a Catch', ({ States }) => (States.CreateBusiness.Catch = [{ ErrorEquals: ['States.ALL'], Next: 'FollowUp' }]), /Catch/],
    ['a Fail state', ({ States }) => (States.AlreadyProvisioning.Type = 'Fail'), /Type/],
    ['JSONata', (machine) => (machine.QueryLanguage = 'JSONata'), /QueryLanguage/],
    ['a Default that hides an unknown claim', ({ States }) => (States.IsOurs.Default = 'SendConfirmation'), /Default/],
    ['a Task without TimeoutSeconds', ({ States }) => delete States.GoLive.TimeoutSeconds, /TimeoutSeconds/],
    [
      'a Task that times out before its function',
      ({ States }) => (States.ProvisionNumber.TimeoutSeconds = 60),
      /ProvisionNumber: waits 60 s/,
    ],
    ['a callback that waits a day longer', ({ States }) => (States.AwaitOnboarding.TimeoutSeconds += 86_400), /AwaitOnboarding: waits/],
    ['a renamed Task', ({ States }) => ((States.BuyNumber = States.ProvisionNumber), delete States.ProvisionNumber), /the Tasks are/],
    [
      'two Tasks in another order',
      (machine) => (machine.States = Object.fromEntries(Object.entries(machine.States).reverse())),
      /the Tasks are/,
    ],
    ['another function', ({ States }) => (States.GoLive.Parameters.FunctionName = '${SendWelcomeArn}'), /GoLive: calls/],
    ['a payload with the whole state', ({ States }) => (States.GoLive.Parameters.Payload['state.$'] = '$'), /GoLive: its payload/],
    [
      'a callback without its token',
      ({ States }) => delete States.AwaitOnboarding.Parameters.Payload['taskToken.$'],
      /AwaitOnboarding: its payload/,
    ],
    ['a step whose answer goes into the state', ({ States }) => (States.CreateLogin.ResultPath = '$.login'), /CreateLogin: keeps/],
    ['a Next that leads nowhere', ({ States }) => (States.GoLive.Next = 'SendWellcome'), /there is no state SendWellcome/],
    ['a state that is never reached', ({ States }) => (States.GoLive.Next = 'CompleteRun'), /WaitForDay1 is never reached/],
    ['a state that neither goes on nor ends', ({ States }) => delete States.CompleteRun.End, /CompleteRun has both or neither/],
    ['a missing terminal code', ({ States }) => States.GoLive.Retry[0].ErrorEquals.pop(), /GoLive: its retriers/],
    ['States.ALL before the others', ({ States }) => States.GoLive.Retry.reverse(), /GoLive: its retriers/],
    ['a callback that would wait again', ({ States }) => States.AwaitOnboarding.Retry.shift(), /AwaitOnboarding: its retriers/],
    ['a mail step that gives up at once', ({ States }) => States.FollowUp.Retry.splice(1, 1), /FollowUp: its retriers/],
    ['an impatient VerifySystem', ({ States }) => (States.VerifySystem.Retry[1].MaxAttempts = 2), /VerifySystem: its retriers/],
    ['no retry at all', ({ States }) => (States.CreateBusiness.Retry = []), /CreateBusiness: its retriers/],
  ];
  test.each(cases)('%s', (_, change, problem) => {
    expect(lint(changed(change), surroundings).join('\n')).toMatch(problem);
  });
});
