/**
 * Stock lite turns filter values that look like numbers or booleans into such: `.eq('phone', '+15551234567')` compared with `15551234567`,
 * and `.update().eq()` changed another row. It takes a value in double quotes literally, so every value is quoted before lite reads the URL.
 * The grammar is https://docs.postgrest.org/en/stable/references/api/tables_views.html#horizontal-filtering.
 */
const NOT_FILTERS = new Set(['select', 'order', 'limit', 'offset', 'on_conflict', 'columns', 'apikey']);
const COMPARISON = '(?:not\\.)?(?:eq|neq|gt|gte|lt|lte|isdistinct)';
const LIST = '(?:not\\.)?in';
const ARRAY = '(?:not\\.)?(?:cs|cd|ov)';
const patterns = {
  comparison: new RegExp(`^(${COMPARISON}\\.)([^]*)$`),
  list: new RegExp(`^(${LIST}\\.)\\(([^]*)\\)$`),
  array: new RegExp(`^(${ARRAY}\\.)\\{([^"{}:]*)\\}$`),
  group: /^((?:not\.)?(?:and|or))(\([^]*\))$/,
  term: new RegExp(`^(.+?\\.)(${COMPARISON}\\.|${LIST}\\.(?=\\()|${ARRAY}\\.(?=\\{))([^]*)$`),
};

/** The same request with its filter values quoted. */
export function quoteFilterValues(request: Request): Request {
  const url = new URL(request.url);
  const isRead = url.pathname.startsWith('/rest/v1/') && !(url.pathname.startsWith('/rest/v1/rpc/') && request.method === 'GET');
  if (!isRead || url.search === '') return request; // the parameters of an rpc by GET are arguments, not filters
  const quoted = new URLSearchParams();
  for (const [name, value] of url.searchParams) quoted.append(name, quoteParameter(name, value));
  url.search = quoted.toString();
  return new Request(url, request);
}

/** One parameter of the URL, for example (`phone`, `eq.+15551234567`) → `eq."+15551234567"`. */
export function quoteParameter(name: string, value: string): string {
  const last = name.split('.').at(-1) ?? name; // parameters of an embedded table are `table.limit`, `table.or`
  if (NOT_FILTERS.has(name) || ['order', 'limit', 'offset'].includes(last)) return value;
  if (last === 'or' || last === 'and') return quoteGroup(value);
  const comparison = patterns.comparison.exec(value);
  return comparison ? `${comparison[1]}${isArrayLiteral(comparison[2]) ? comparison[2] : `"${comparison[2]}"`}` : quoteMembers(value);
}

/** `in.(a,"b")` and `cs.{a,b}`: each member that is not quoted yet. */
function quoteMembers(value: string): string {
  const [, list, members] = patterns.list.exec(value) ?? [];
  if (list) return `${list}(${quoteEach(members ?? '')})`;
  const [, array, elements] = patterns.array.exec(value) ?? [];
  return array ? `${array}{${quoteEach(elements ?? '')}}` : value;
}

const quoteEach = (members: string) => (members === '' ? '' : splitTopLevel(members).map(quoteMember).join(','));

const quoteMember = (member: string) => (member.startsWith('"') ? member : `"${member.replace(/[\\"]/g, '\\$&')}"`);

/** `(a.eq.x,and(b.gt.y,c.in.(1,2)))` */
function quoteGroup(group: string): string {
  const [, terms] = /^\s*\(([^]*)\)\s*$/.exec(group) ?? [];
  return terms === undefined ? group : `(${splitTopLevel(terms).map(quoteTerm).join(',')})`;
}

function quoteTerm(term: string): string {
  const [, group, inner] = patterns.group.exec(term.trim()) ?? [];
  if (group && inner) return group + quoteGroup(inner);
  const [, column, operator, value] = patterns.term.exec(term.trim()) ?? [];
  if (!column || !operator || value === undefined) return term;
  if (/(in|cs|cd|ov)\.$/.test(operator)) return column + quoteMembers(operator + value);
  return column + operator + (isArrayLiteral(value) || value === 'null' ? value : quoteMember(value));
}

const isArrayLiteral = (value = '') => /^\{(?!")[^]*\}$/.test(value);

/** Splits at commas outside quotes and brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let [depth, inQuotes, start] = [0, false, 0];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\' && inQuotes) index += 1;
    else if (character === '"') inQuotes = !inQuotes;
    else if (inQuotes) continue;
    else if (character === '(' || character === '{') depth += 1;
    else if (character === ')' || character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
