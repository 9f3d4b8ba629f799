/** Asks before something is done that costs or cannot be taken back. */
import { createInterface } from 'node:readline/promises';

/** True for "yes"; without a terminal nobody can say it. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [yes/no] `)).trim());
  } finally {
    lines.close();
  }
}
