import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { FunctionModel } from '../../../local/template/model';

/** A temporary folder with small function bundles and the worker, removed by `remove`. */
export function bundles(sources: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  const common = { bundle: true, platform: 'node', target: 'node24', format: 'cjs', absWorkingDir: process.cwd() } as const;
  const workerFile = join(folder, 'worker.js');
  buildSync({ ...common, entryPoints: ['local/lambda/worker.ts'], outfile: workerFile });
  const functions = Object.entries(sources).map(([name, contents]) => {
    const bundleFile = join(folder, name, 'index.js');
    buildSync({ ...common, stdin: { contents, loader: 'ts', resolveDir: process.cwd() }, outfile: bundleFile });
    return functionModel(name, { bundleFile });
  });
  return { workerFile, functions, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function functionModel(name: string, given: Partial<FunctionModel> = {}): FunctionModel {
  return {
    name,
    arn: `arn:aws:lambda:ap-southeast-2:000000000000:function:${name}`,
    bundleFile: '',
    handler: 'handler',
    timeoutMs: 3000,
    memoryMb: 128,
    environment: {},
    reservedConcurrency: undefined,
    asynchronous: { maxRetries: 2, maxAgeMs: 21_600_000, onFailureArn: undefined, deadLetterArn: undefined },
    ...given,
  };
}
