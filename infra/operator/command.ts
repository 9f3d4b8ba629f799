/** What the operator's commands have in common: output for people (or `--json`), and an exit code. */
import { parseArgs } from 'node:util';

/** Every command's options. */
const commonOptions = { stage: { type: 'string', default: 'local' }, json: { type: 'boolean', default: false } } as const;

/** Reads the command line; throws what is wrong with it, to be shown with the usage. */
export function readArguments(flags: readonly string[]) {
  const options = { ...commonOptions, ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const, default: false }])) };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  return {
    stage: values.stage,
    json: values.json,
    chosen: flags.filter((flag) => Reflect.get(values, flag) === true),
    positionals,
  };
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a command; what it throws is shown in one line, with exit code 1. */
export async function runCommand(usage: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n${usage}\n`);
    process.exitCode = 1;
  }
}
