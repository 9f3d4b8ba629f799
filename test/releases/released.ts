/** What is kept of released versions: `<version>/migrations.json`, and of each state machine `inputs`, `start` and `machine`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kebabCase } from '../../infra/function-settings';
import type { MachineName } from '../../infra/names';
import type { StateMachine } from '../../local/step-functions/server';

export const folder = 'test/releases';
export const releases = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** `name`: `migrations`, or `provisioning/inputs` say. */
export const read = (release: string, name: string) => JSON.parse(readFileSync(join(folder, release, `${name}.json`), 'utf8')) as unknown;

export function machinesOf(release: string): MachineName[] {
  const entries = readdirSync(join(folder, release), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name as MachineName] : []));
}

export const arnOf = (release: string, machine: string) =>
  `arn:aws:states:ap-southeast-2:000000000000:stateMachine:release-${release}-${machine}`;

/** The released state machines, beside today's, calling today's functions. */
export function releasedMachines(): StateMachine[] {
  return releases.flatMap((release) =>
    machinesOf(release).map((machine) => {
      const text = JSON.stringify(read(release, `${machine}/machine`)).replace(
        /\$\{(\w+)Arn\}/g,
        (_, state: string) => `arn:aws:lambda:ap-southeast-2:000000000000:function:coresentia-local-${kebabCase(state)}`,
      );
      return { name: `release-${release}-${machine}`, arn: arnOf(release, machine), definition: JSON.parse(text) as unknown };
    }),
  );
}

const hashOf = (file: string) =>
  createHash('sha256')
    .update(readFileSync(`supabase/migrations/${file}`, 'utf8').replaceAll('\r\n', '\n'))
    .digest('hex');

/** SHA-256 by file name, of the text whatever the line ends of the checkout. */
export function migrationHashes(files = readdirSync('supabase/migrations').sort()): Record<string, string> {
  return Object.fromEntries(files.map((file) => [file, hashOf(file)]));
}
