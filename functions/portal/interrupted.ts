/** A form that came without a session (it had run out while somebody typed): what was typed goes through the sign-in within the pages themselves, never in an address or a cookie. Pure. */
import { ownPath } from './paths';
import type { Fields } from './posted-fields';

/** A form behind the sign-in that was sent without one: where to, and its fields as they were. */
export interface Interrupted {
  path: string;
  fields: Fields;
}

const prefix = 'typed.';

/** The hidden fields that carry it from one page to the next. */
export function carried({ path, fields }: Interrupted): Fields {
  return { to: path, ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value])) };
}

/** What the hidden fields carry; undefined: nothing. */
export function interruptedIn(posted: Fields): Interrupted | undefined {
  const to = ownPath(posted['to'] ?? '');
  if (!to) return undefined;
  const own = Object.entries(posted).filter(([name]) => name.startsWith(prefix));
  return { path: to, fields: Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])) };
}
