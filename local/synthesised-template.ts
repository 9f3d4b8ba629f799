import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stages } from '../infra/stages';
import { aslFile, offboardingAslFile } from '../infra/state-machine-file';

const Template = z.record(z.string(), z.unknown());

/** The CDK app's template of the stage `local`, from `cacheDir` while the app is the same: loading and running the CDK takes seconds. */
export async function synthesisedTemplate(cacheDir: string): Promise<unknown> {
  const file = join(cacheDir, `template-${appVersion()}.json`);
  if (existsSync(file)) return Template.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { synthesise } = await import('../infra/synthesise');
  const template = synthesise(stages.local);
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(file, JSON.stringify(template));
  return template;
}

/** The bundled app holds all of `infra/` and what it takes from `shared/`; the ASL and the CDK's version come from beside it. */
function appVersion(): string {
  const hash = createHash('sha256');
  for (const file of ['dist/infra/app.js', aslFile, offboardingAslFile, 'package-lock.json']) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
