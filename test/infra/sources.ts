/** What a function's source reads from the environment. */
import { buildSync } from 'esbuild';
import type { FunctionName } from '../../infra/function-settings';
import * as config from '../../shared/config';

/** The schemas of shared/config.ts by name. */
const schemas = new Map(
  Object.entries(config).flatMap(([name, value]) => (typeof value === 'object' && name.endsWith('Variables') ? [[name, value]] : [])),
);

const entryOf = (name: FunctionName) => (name === 'portal' ? 'functions/portal/index.tsx' : `functions/${name}.ts`);

/** Our part of the function's bundle, in which only the factories that it uses are left. */
function bundleOf(name: FunctionName): string {
  const { outputFiles } = buildSync({
    entryPoints: [entryOf(name)],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    write: false,
    logLevel: 'error',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** The schemas that the function uses, apart from where they are defined. */
export function schemasUsedBy(name: FunctionName) {
  const mentioned = [...bundleOf(name).matchAll(/\b(\w+Variables)\b(?!\s*=)/g)].map(([, schema]) => schema!);
  return [...new Set(mentioned)].flatMap((each) => {
    const schema = schemas.get(each);
    return schema ? [{ name: each, schema }] : [];
  });
}
