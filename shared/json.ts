/** The parsed text, or undefined if it is no JSON (which no schema of ours accepts). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
