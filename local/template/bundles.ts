import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The absolute path of each function's bundle in the build's folder, by the end of its name: `coresentia-local-buy-number` is `<folder>/buy-number/index.js`.
 * Throws for a function that was not built.
 */
export function builtBundles(folder: string): (functionName: string) => string {
  return (functionName) => {
    const parts = functionName.split('-');
    const candidates = parts.map((_, start) => resolve(folder, parts.slice(start).join('-'), 'index.js'));
    const found = candidates.find((candidate) => existsSync(candidate));
    if (!found) throw new Error(`${functionName} is not built: no bundle in ${folder}`);
    return found;
  };
}
