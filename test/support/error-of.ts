/** What a call throws, with everything in it that could reach a log. */
export async function errorOf(call: Promise<unknown>): Promise<Error & { accepted?: string; everything: string }> {
  try {
    await call;
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw new Error('threw something that is no error', { cause: thrown });
    return Object.assign(thrown, { everything: `${thrown.name} ${thrown.message} ${JSON.stringify(thrown)} ${String(thrown.cause)}` });
  }
  throw new Error('the call did not throw');
}
