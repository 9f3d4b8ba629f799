import type { Notices } from '../../shared/ports/aws';
import { type Script, scripted } from './script';

/** What the operator was told. */
export function fakeNotices(script: Script<Notices> = {}) {
  const published: { subject: string; body: string }[] = [];
  const port: Notices = {
    async publish(notice) {
      published.push(notice);
    },
  };
  return { ...scripted(port, script), published };
}
