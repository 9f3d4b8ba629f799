import { type WriteStream, createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';

export interface FunctionLogs {
  log: (functionName: string, line: string) => void;
  /** The last lines of a function in this process. */
  tail: (functionName: string) => string[];
  close(): Promise<void>;
}

const KEPT_LINES = 500;

/** One log file per function under `dir` (undefined: memory only), each line with the laptop's time in front. */
export function openFunctionLogs(dir: string | undefined): FunctionLogs {
  if (dir) mkdirSync(dir, { recursive: true });
  const files = new Map<string, WriteStream>();
  const tails = new Map<string, string[]>();
  const fileOf = (functionName: string, folder: string) => {
    const file = files.get(functionName) ?? createWriteStream(join(folder, `${functionName}.log`), { flags: 'a' });
    files.set(functionName, file);
    return file;
  };
  return {
    log(functionName, line) {
      const tail = tails.get(functionName) ?? [];
      tail.push(line);
      if (tail.length > KEPT_LINES) tail.shift();
      tails.set(functionName, tail);
      if (dir) fileOf(functionName, dir).write(`${new Date().toISOString()} ${line}\n`);
    },
    tail: (functionName) => tails.get(functionName) ?? [],
    async close() {
      await Promise.all([...files.values()].map((file) => once(file.end(), 'finish')));
    },
  };
}
