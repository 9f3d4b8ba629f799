import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { FunctionCode } from './lambda-resources';

const Assets = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

/** Where a cloud assembly (`cdk.out`) keeps each function's bundle, found by the asset key that the template names. */
export function assemblyBundles(assemblyDir: string): (code: FunctionCode) => string {
  const paths = new Map<string, string>();
  for (const file of globSync(join(assemblyDir, '*.assets.json')))
    for (const [hash, asset] of Object.entries(Assets.parse(JSON.parse(readFileSync(file, 'utf8'))).files))
      paths.set(hash, join(assemblyDir, asset.source.path));
  return ({ functionName, s3Key }) => {
    const path = paths.get(basename(s3Key ?? '', '.zip'));
    if (!path) throw new Error(`no bundle of ${functionName} in the cloud assembly`);
    return join(path, 'index.js');
  };
}

/** Every template of a cloud assembly, by stack name. */
export function assemblyTemplates(assemblyDir: string): { stackName: string; template: unknown }[] {
  const files = globSync(join(assemblyDir, '*.template.json')).sort();
  return files.map((file) => ({ stackName: basename(file, '.template.json'), template: JSON.parse(readFileSync(file, 'utf8')) }));
}
