import type { ChildProcess } from 'node:child_process';
import type { Kernel } from '../kernel/kernel';
import { FromProcess, type FromStack } from './messages';
import type { AuthMail, Settings } from './settings';

const STOP_LIMIT_MS = 10_000; // writing the last pages takes well under a second; then the process is killed

/** The stack's side of what it and the database's process say to each other. */
export interface ProcessLink {
  /** Resolves to the port on which the process answers, rejects with the reason why it does not. */
  start: (settings: Settings) => Promise<number>;
  /** Resolves when the process's clock is set. */
  setOffset: (offsetMs: number) => Promise<void>;
  /** Resolves when the process has written everything and ended. */
  stop: () => Promise<void>;
}

export interface Listeners {
  onMail: (mail: AuthMail) => void;
  /** The process ended unasked after it had started. */
  onExit: (cause: Error) => void;
}

/** Plays the kernel's part for the process behind `child`: counts its requests as activity and gives out the armed faults. */
export function linkTo(
  child: ChildProcess,
  { activity, faults }: Pick<Kernel, 'activity' | 'faults'>,
  { onMail, onExit }: Listeners,
): ProcessLink {
  const requests = new Map<number, () => void>();
  const clockAnswers = new Map<number, PromiseWithResolvers<void>>();
  const started = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<void>();
  let isUp = false;
  let isStopping = false;
  let failure = '';
  let clockMoves = 0;

  const tell = (message: FromStack) => {
    if (child.connected) child.send(message);
  };

  const answerCall = async ({ id, call }: { id: number; call: string }) => {
    await faults.hold('supabase', call);
    tell({ kind: 'fault', id, fault: faults.take('supabase', call) ?? null });
  };

  child.on('message', (value) => {
    const message = FromProcess.parse(value);
    switch (message.kind) {
      case 'ready':
        isUp = true;
        return started.resolve(message.port);
      case 'failed':
        failure = message.message;
        return;
      case 'call':
        requests.set(message.id, activity.begin());
        void answerCall(message);
        return;
      case 'done':
        requests.get(message.id)?.();
        requests.delete(message.id);
        return;
      case 'clock':
        clockAnswers.get(message.id)?.resolve();
        clockAnswers.delete(message.id);
        return;
      case 'mail':
        return onMail(message.mail);
    }
  });

  child.once('error', (cause) => started.reject(cause));
  child.once('exit', (code, signal) => {
    const cause = new Error(failure ? `Supabase did not start: ${failure}` : `Supabase's process ended with ${signal ?? `code ${code}`}`);
    for (const end of requests.values()) end();
    for (const answer of clockAnswers.values()) answer.reject(cause);
    started.reject(cause);
    ended.resolve();
    if (isUp && !isStopping) onExit(cause);
  });

  return {
    start(settings) {
      tell({ kind: 'start', settings });
      return started.promise;
    },
    setOffset(offsetMs) {
      if (isStopping) return Promise.resolve();
      clockMoves += 1;
      const answer = Promise.withResolvers<void>();
      clockAnswers.set(clockMoves, answer);
      tell({ kind: 'clock', id: clockMoves, offsetMs });
      return answer.promise;
    },
    async stop() {
      isStopping = true;
      tell({ kind: 'stop' });
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended.promise;
      clearTimeout(kill);
    },
  };
}
