import type { TextLog } from '../../shared/ports/conversations';
import { type Script, scripted } from './script';

/** What became of texts; `known`: the refs of texts that are ours (all, if left out). */
export function fakeTextLog({ known, ...script }: { known?: string[] } & Script<TextLog> = {}) {
  const reports: Parameters<TextLog['recordStatus']>[0][] = [];
  const released: string[] = [];
  const port: TextLog = {
    async recordStatus(report) {
      if (known && !known.includes(report.ref)) return 'unknown';
      reports.push(report);
      return 'recorded';
    },
    async release(ref) {
      released.push(ref);
    },
  };
  return { ...scripted(port, script), reports, released };
}
