/**
 * Bundles everything that runs: each function for Lambda (dist/functions/<name>/index.js) and for tests, the CDK app, the laptop stack, bench and evaluation.
 * One esbuild call per kind; run by `npm run build` with Node's own type stripping, so it imports nothing of ours.
 */
import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

// Lambda's credentials come from the environment; the other providers are dead weight in a bundle.
const unusedCredentialProviders = [
  ...['ini', 'process', 'sso', 'web-identity', 'http', 'login'].map((name) => `@aws-sdk/credential-provider-${name}`),
  '@aws-sdk/token-providers',
  '@aws-sdk/nested-clients',
  '@smithy/credential-provider-imds',
];

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  legalComments: 'none',
  logLevel: 'warning',
};

/** `functions/buy-number.ts` and `functions/portal/index.ts` are functions; other files beside them are their parts. */
function functionEntries() {
  const single = globSync('functions/*.ts').map((file) => ({ in: file, out: `${basename(file, '.ts')}/index` }));
  const folders = globSync('functions/*/index.{ts,tsx}').map((file) => ({ in: file, out: `${file.split(/[\\/]/)[1]}/index` }));
  return [...single, ...folders];
}

async function buildFunctions() {
  const { metafile } = await build({
    ...common,
    entryPoints: functionEntries(),
    outdir: 'dist/functions',
    mainFields: ['module', 'main'],
    minify: true,
    metafile: true,
    external: unusedCredentialProviders,
  });
  writeFileSync('dist/functions.meta.json', JSON.stringify(metafile));
}

/** The same functions for tests that start each of them hundreds of times: what they share is loaded once, from node_modules. */
async function buildTestFunctions() {
  await build({ ...common, entryPoints: functionEntries(), outdir: 'dist/test/functions', packages: 'external' });
}

/** Programs that run here keep their packages in node_modules. */
async function buildPrograms() {
  const entryPoints = [
    'infra/app.ts',
    'test/bench/main.ts',
    'test/faults/crash-matrix.ts',
    'test/releases/record.ts',
    'test/simulation/simulate.ts',
    'test/evaluate/main.ts',
    ...globSync(['infra/operator/*.ts', 'local/*.ts', 'local/*/{process,worker}.ts']),
  ];
  await build({
    ...common,
    entryPoints: entryPoints.filter((file) => existsSync(file)),
    outdir: 'dist',
    outbase: '.',
    packages: 'external',
    sourcemap: 'inline',
  });
}

/** What a running stack has loaded stays: only functions that are gone from the sources go. */
function removeStaleFunctions() {
  const current = new Set(functionEntries().map(({ out }) => out.split('/')[0]));
  for (const folder of globSync('dist/{,test/}functions/*/')) if (!current.has(basename(folder))) rmSync(folder, { recursive: true });
}

removeStaleFunctions();
await Promise.all([buildFunctions(), buildTestFunctions(), buildPrograms()]);
