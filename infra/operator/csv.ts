/** Reads comma-separated values as spreadsheets write them: RFC 4180, with or without a byte order mark. Pure. */

/** Rows of fields, the header included; empty lines are left out. Throws where a quote is not closed. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  const source = text.replace(/^\uFEFF/, '');
  while (field.lastIndex < source.length) {
    const found = field.exec(source);
    if (!found)
      throw new Error(`Row ${rows.length + 1} has a quotation mark that does not close, or one inside a field that has none around it.`);
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push([...row, '']);
  return rows.filter((fields) => fields.some((each) => each.trim() !== ''));
}
