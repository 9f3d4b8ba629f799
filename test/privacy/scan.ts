/** Searches what AWS would keep for what must not be in it. */

/** `where`: for example `log of portal`. */
export interface Kept {
  where: string;
  text: string;
}

/** What must not be found: `what` is told, the value is not. */
export interface Secret {
  what: string;
  value: string;
}

/** One line per finding, with where and what, and never the value. */
export function leaks(kept: readonly Kept[], secrets: readonly Secret[]): string[] {
  const patterns = secrets.map(({ what, value }) => ({ what, pattern: patternOf(value) }));
  const found = kept.flatMap(({ where, text }) => {
    const plain = decoded(text);
    return [...patterns, ...shapes].flatMap(({ what, pattern }) => (pattern.test(plain) ? [`${where}: ${what}`] : []));
  });
  return [...new Set(found)].toSorted();
}

/** Whole words in any case; numbers however they are written. */
function patternOf(value: string): RegExp {
  const digits = value.replace(/[^\d]/g, '');
  if (/^\+?[\d ]{8,}$/.test(value)) {
    const national = digits.replace(/^61/, '');
    return new RegExp(national.split('').join('[ .()-]?'));
  }
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+');
  return new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'i');
}

/** What no list can name, because it is made anew each time. */
const shapes = [
  { what: 'a token of a session', pattern: /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/ },
  { what: 'an e-mail address', pattern: /[\w.+-]+@(?!mail\.|coresentia|test\.invalid)[\w-]+\.example\b/i },
  { what: 'a link with a token', pattern: /\/(?:onboarding|welcome|invitation|email-change)\/[\w-]{20,}/ },
];

/** As a person could read it: JSON in JSON, percent-encoding. */
function decoded(text: string): string {
  const unquoted = text.replaceAll('\\', '');
  return unquoted.replace(/(?:%[0-9a-f]{2})+/gi, (coded) => {
    try {
      return decodeURIComponent(coded);
    } catch {
      return coded;
    }
  });
}
