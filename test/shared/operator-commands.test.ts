/** The commands in what the operator reads: without the stage they would look at the laptop. */
import { globSync, readFileSync } from 'node:fs';
import { adviceFor, findingKinds } from '../../shared/audit/finding';
import { terminalCodes } from '../../shared/errors';
import { hintFor } from '../../shared/runbook-hints';
import { ownStage, stageFlag } from '../../shared/stage';

/** Each command with the words after it. */
const commandsIn = (text: string) => text.split('npm run ').slice(1);
const withoutStage = (text: string) => commandsIn(text).filter((command) => !command.includes(' --stage prod'));

test('a function knows its stage by its name', () => {
  process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'coresentia-prod-audit-accounts';
  expect(stageFlag(ownStage())).toBe(' --stage prod');
  delete process.env['AWS_LAMBDA_FUNCTION_NAME'];
  expect(stageFlag('local')).toBe('');
});

test('every command in an advice of the audits names the stage', () => {
  const texts = findingKinds.map((kind) => adviceFor({ kind, subject: 'INV-7 welcome' }, 'prod').do);
  expect(texts.flatMap(commandsIn).length).toBeGreaterThanOrEqual(5);
  expect(texts.flatMap(withoutStage)).toEqual([]);
});

test('every command in an alert names the stage', () => {
  const errors = [
    ...terminalCodes,
    'EmailUnconfirmed',
    'TransientError',
    'States.Timeout',
    'Aborted',
    'ReplyPending',
    'StepAtWork',
    'TypeError',
  ];
  const texts = errors.map((error) => hintFor({ state: 'SendWelcome', error, stage: 'prod' }).do);
  expect(texts.flatMap(commandsIn).length).toBeGreaterThanOrEqual(3);
  expect(texts.flatMap(withoutStage)).toEqual([]);
});

/** What stands after `npm run ` in a file's texts; comments and the commands' own usage are no advice. */
function commandsOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const isText = (line: string, index: number) => !/^\s*(\/?\*|\/\/)|usage/.test(line) && !/usage/.test(lines[index - 1] ?? '');
  return lines.flatMap((line, index) =>
    isText(line, index) ? commandsIn(lines.slice(index, index + 2).join(' ')).slice(0, commandsIn(line).length) : [],
  );
}

test('no other text of the functions or the commands names a command without its stage', () => {
  const found = globSync(['{functions,shared}/**/*.{ts,tsx}', 'infra/operator/*.ts']).flatMap((file) =>
    commandsOf(file).map((command) => ({ file, command })),
  );
  expect(found.length).toBeGreaterThanOrEqual(15);
  expect(found.filter(({ command }) => !/\{stage\}|stageFlag\(/.test(command))).toEqual([]);
});
