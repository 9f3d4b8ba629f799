/** What importing or running lite does to the whole process, undone. */

const expected = new WeakSet<object>();

/** Importing lite replaces `process.emitWarning` by one that breaks on `emitWarning(new Error())`; this runs the import and puts it back. */
export async function keepingWarnings<T>(importing: () => Promise<T>): Promise<T> {
  const original = Reflect.get(process, 'emitWarning');
  try {
    return await importing();
  } finally {
    Reflect.set(process, 'emitWarning', original);
  }
}

/** Marks an error as the caller's affair: it is answered, not logged. Returns it. */
export function expectedError(cause: unknown): unknown {
  if (typeof cause === 'object' && cause !== null) expected.add(cause);
  return cause;
}

/** lite writes every failed statement with its parameters, so a client's data, to console.error; those that are answered stay off the log. */
export function muteExpectedErrors(): void {
  const { error } = console;
  Object.assign(console, {
    error: (first: unknown, ...others: unknown[]) => {
      if (typeof first !== 'object' || first === null || !expected.has(first)) error(first, ...others);
    },
  });
}
