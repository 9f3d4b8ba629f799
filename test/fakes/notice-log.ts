import type { NoticeLog } from '../../shared/ports/mail-log';
import { type Script, scripted } from './script';

/** Milliseconds after which a claim without `recordSent` can be claimed again. */
const ABANDONED_MS = 30_000;

/** `now` in milliseconds. */
export function fakeNoticeLog({ now = () => 0, ...script }: { now?: () => number } & Script<NoticeLog> = {}) {
  const claims = new Map<string, { atMs: number; sent: boolean }>();
  const port: NoticeLog = {
    async claim(key) {
      const held = claims.get(key);
      if (held?.sent) return 'sent';
      if (held && now() - held.atMs < ABANDONED_MS) return 'busy';
      claims.set(key, { atMs: now(), sent: false });
      return 'claimed';
    },
    unsent: async (keys) => keys.filter((key) => !claims.get(key)?.sent),
    async recordSent(key) {
      claims.set(key, { atMs: now(), sent: true });
    },
    async release(key) {
      if (!claims.get(key)?.sent) claims.delete(key);
    },
  };
  return { ...scripted(port, script), claims };
}
