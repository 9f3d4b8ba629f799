/** The doctor's report for people, and what it means for the exit code. */
import type { Level, Report } from './check';

const mark: Record<Level, string> = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL', skipped: 'skip' };

/** One line per check, and below it what to do. */
export function reportText(reports: readonly Report[]): string {
  const width = Math.max(...reports.map(({ vendor, name }) => `${vendor} ${name}`.length));
  return reports
    .flatMap(({ vendor, name, level, what, todo }) => {
      const line = `${mark[level]}  ${`${vendor} ${name}`.padEnd(width)}  ${level === 'skipped' ? `skipped: ${what}` : what}`;
      return todo ? [line, `      ${' '.repeat(width)}  → ${todo}`] : [line];
    })
    .join('\n');
}

/** `23 ok, 1 to mend, 2 to look at, 5 skipped`. */
export function summary(reports: readonly Report[]): string {
  const count = (level: Level) => reports.filter((report) => report.level === level).length;
  return `${count('ok')} ok, ${count('fail')} to mend, ${count('warn')} to look at, ${count('skipped')} skipped`;
}

/** 1 if anything must be mended before a client is paid for; a warning alone is 0. */
export function exitCodeOf(reports: readonly Report[]): 0 | 1 {
  return reports.some(({ level }) => level === 'fail') ? 1 : 0;
}
