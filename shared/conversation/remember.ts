/** Answers that are asked for again and again and take luxon long: kept, up to a limit. Pure. */

/** `limit`: how many are kept; then all go, for what is asked today is not what was asked yesterday. */
export function remembering<T>(limit: number, work: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= limit) known.clear();
    const made = work(key);
    known.set(key, made);
    return made;
  };
}
