/** Begins with the files that take longest: on a fresh clone jest knows nothing but their size, and the last file would run alone. */
import Sequencer from '@jest/test-sequencer';

const longest = [
  'faults/',
  'pipeline/',
  'simulation/', // like faults/ it takes every core: not both at once
  'functions/portal/barriers',
  'local/control-room/control-room',
  'local/supabase/server',
  'supabase/migrations',
];
const rankOf = (path: string) => {
  const rank = longest.findIndex((part) => path.replaceAll('\\', '/').includes(`/test/${part}`));
  return rank < 0 ? longest.length : rank;
};

export default class LongestFirst extends Sequencer {
  /** Within a rank as jest would: by time, or by size. */
  override async sort(tests: Parameters<Sequencer['sort']>[0]) {
    return [...(await super.sort(tests))].sort((a, b) => rankOf(a.path) - rankOf(b.path));
  }
}
