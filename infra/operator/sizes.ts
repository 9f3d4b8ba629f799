/** `npm run sizes [-- --json]`: every function's bundle against its budget; exit code 1 if one is too large. */
import { bundleSizes } from '../bundle-budgets';
import { print, readArguments, runCommand } from './command';

async function main(): Promise<void> {
  const { json } = readArguments([]);
  const sizes = bundleSizes();
  const lines = sizes.map(({ name, kb, budgetKb }) => {
    const share = Math.round((kb / budgetKb) * 100);
    return `${name.padEnd(24)} ${kb.toFixed(0).padStart(5)} of ${String(budgetKb).padStart(5)} KB  ${String(share).padStart(3)} %${share >= 100 ? '  TOO LARGE' : ''}`;
  });
  print(json ? JSON.stringify(sizes, null, 2) : lines.join('\n'));
  if (sizes.some(({ kb, budgetKb }) => kb >= budgetKb)) process.exitCode = 1;
}

void runCommand('usage: npm run sizes -- [--json]', main);
