/** Lines typed by a person without showing them, or piped in by a script. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export interface HiddenInput {
  /** One line. Throws when there is no more. */
  prompt: (question: string) => Promise<string>;
  close: () => void;
}

/** On a terminal nothing of what is typed appears: readline edits into the void. */
export function hiddenInput(input: NodeJS.ReadStream, write: (text: string) => void): HiddenInput {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silence, terminal: input.isTTY });
  lines.on('SIGINT', () => lines.close());
  const each = lines[Symbol.asyncIterator]();
  return {
    async prompt(question) {
      write(question);
      const line = await each.next();
      write('\n');
      if (line.done) throw new Error('Stopped: no more input.');
      return line.value;
    },
    close: () => lines.close(),
  };
}
