/** What holds for every machine in state-machines/, whoever adds one; provisioning's own rules are in asl.test.ts. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import aslValidator from 'asl-validator';
import { kebabCase } from '../../infra/function-settings';
import { terminalCodes } from '../../shared/errors';
import { historyLimit, longestHistory } from './history';
import { Machine, nextOf, tasksOf } from './machine';

const files = globSync('state-machines/*.asl.json').toSorted();
const DAY = 86_400;

test('there are machines to look at', () => {
  expect(files.map((file) => basename(file))).toContain('provisioning.asl.json');
});

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  // Refuses Catch, Fail, JSONata, Map and Parallel: nothing swallows a failure and nothing multiplies the history.
  const machine = Machine.parse(JSON.parse(text));
  const tasks = tasksOf(machine);

  test('is valid Amazon States Language', () => {
    const substituted = text.replace(/\$\{(\w+)Arn\}/g, 'arn:aws:lambda:ap-southeast-2:000000000000:function:$1');
    const { isValid, errorsText } = aslValidator(JSON.parse(substituted), { checkArn: true, checkPaths: true });
    expect({ isValid, errors: errorsText() }).toEqual({ isValid: true, errors: '' });
  });

  test('reaches every state, and no other', () => {
    const reached = new Set<string>();
    const visit = (name: string) => {
      const state = machine.States[name];
      const isNew = !reached.has(name);
      reached.add(name);
      if (isNew && state) nextOf(state).forEach(visit);
    };
    visit(machine.StartAt);
    expect([...reached].toSorted()).toEqual(Object.keys(machine.States).toSorted());
  });

  test.each(tasks.map(({ name }) => name))('%s has a function of its own name, which the file exports', (name) => {
    const task = tasks.find((one) => one.name === name)!.task;
    expect(task.Parameters.FunctionName).toBe(`\${${name}Arn}`);
    const source = `functions/${kebabCase(name)}.ts`;
    expect(existsSync(source) && readFileSync(source, 'utf8')).toMatch(/export (const|async function|function) handler/);
  });

  test.each(tasks)('$name fails in place on what a person must mend, tries again what passes, and does not wait for ever', ({ task }) => {
    const { Retry, TimeoutSeconds } = task;
    const never = Retry.filter(({ MaxAttempts }) => MaxAttempts === 0).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(terminalCodes.filter((code) => !never.includes(code))).toEqual([]);
    const transient = Retry.find(({ ErrorEquals }) => ErrorEquals.includes('TransientError'));
    expect(transient?.MaxAttempts).toBeGreaterThanOrEqual(3);
    expect(transient?.JitterStrategy).toBe('FULL');
    expect(Retry.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    const isCallback = task.Resource.endsWith('.waitForTaskToken');
    expect(TimeoutSeconds).toBeLessThanOrEqual(isCallback ? 120 * DAY : 15 * 60);
    expect(never.includes('States.Timeout')).toBe(isCallback);
  });

  test('keeps payloads to ids, times and counts', () => {
    const allowed = /^\$\$\.(Execution\.(Id|RedriveCount)|Task\.Token)$|^\$(\.\w+)*\.\w*(Id|At|Number)$/;
    const paths = tasks.flatMap(({ task }) => Object.values(task.Parameters.Payload));
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  });

  test('stays under half of 25,000 events when every retrier of every Task is used up and each Task is redriven ten times', () => {
    expect(longestHistory(machine, 10)).toBeLessThan(historyLimit / 2);
  });
});
