import { TransientError } from '../../shared/errors';

/** What goes wrong with a fake. */
export interface Script<P> {
  /** The next call of this method takes effect, then its response is lost. */
  loseResponseOf?: keyof P;
  /** What the next calls of a method throw, without effect, in this order. */
  failures?: { [Method in keyof P]?: Error[] };
}

/** The port with its failures. */
export function scripted<P extends object>(port: P, { loseResponseOf, failures = {} }: Script<P>): P {
  const lost = new Set(loseResponseOf === undefined ? [] : [loseResponseOf]);
  const entries = Object.entries(port).map(([name, method]) => {
    const key = name as keyof P;
    const queue = failures[key];
    return [
      name,
      async (...parameters: unknown[]) => {
        const failure = queue?.shift();
        if (failure) throw failure;
        const answer = await (method as (...all: unknown[]) => Promise<unknown>)(...parameters);
        if (lost.delete(key)) throw new TransientError('the response was lost');
        return answer;
      },
    ];
  });
  return Object.fromEntries(entries) as P;
}
