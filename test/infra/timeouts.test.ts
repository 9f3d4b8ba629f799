import { globSync, readFileSync } from 'node:fs';
import { functionNames, functionOfState, functionSettings } from '../../infra/function-settings';
import { Machine, tasksOf } from '../state-machines/machine';

const machines = ['provisioning', 'offboarding'].map((name) =>
  Machine.parse(JSON.parse(readFileSync(`state-machines/${name}.asl.json`, 'utf8'))),
);

/** Milliseconds that a client waits for one answer, as its source says. */
function clientTimeouts(): { file: string; timeoutMs: number }[] {
  return globSync('shared/clients/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:timeout|timeoutMs|TIMEOUT_MS)\s*[:=]\s*([\d_]+)/g)].map(([, digits]) => ({
      file,
      timeoutMs: Number(digits!.replaceAll('_', '')),
    })),
  );
}

test('every client gives up before any function does', () => {
  const shortest = Math.min(...functionNames.map((name) => functionSettings[name].timeoutSeconds));
  expect(clientTimeouts().length).toBeGreaterThan(3);
  expect(clientTimeouts().filter(({ timeoutMs }) => timeoutMs >= shortest * 1000)).toEqual([]);
});

test('every function gives up before its Task does, cold start included', () => {
  for (const { name, task } of machines.flatMap(tasksOf))
    expect(task.TimeoutSeconds).toBeGreaterThan(functionSettings[functionOfState(name)].timeoutSeconds + 10);
});

test('the webhooks give up before the vendor does', () => {
  for (const name of ['sms-webhook', 'sms-fallback', 'voice-webhook'] as const)
    expect(functionSettings[name].timeoutSeconds).toBeLessThan(15);
});
