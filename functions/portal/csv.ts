/** CSV that spreadsheets open as text. https://www.rfc-editor.org/rfc/rfc4180 ; formulas: https://owasp.org/www-community/attacks/CSV_Injection */
import type { Context } from 'hono';

export type Cell = string | number | boolean | null;

/** The rows as a download; `name` without its ending. */
export function csv(c: Context, { name, rows }: { name: string; rows: readonly (readonly Cell[])[] }) {
  return c.body(csvOf(rows), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
  });
}

/** With a byte-order mark, so that Excel reads UTF-8. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')}`;
}

/** What a spreadsheet would take for a formula gets an apostrophe; a phone number in E.164 is none. */
function cellOf(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const isFormula = typeof cell === 'string' && /^[\s\uFEFF]*[=+\-@\t\r|%＝＋－＠]/.test(text) && !/^\+[1-9]\d{6,14}$/.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}
