import type { Context } from 'hono';

/** One row of a list, with the SID that paging goes by. */
interface Row {
  sid: string;
}

/** A page in Twilio's 2010 shape: `key` is the name of its only array. Pages go on after the last SID, so that new rows do not shift them. */
export function page<T extends Row>(context: Context, rows: T[], { key, render }: { key: string; render: (row: T) => unknown }): Response {
  const query = new URLSearchParams(new URL(context.req.url).search);
  const size = Math.min(1000, Math.max(1, Number(query.get('PageSize') ?? 50) || 50));
  const number = Number(query.get('Page') ?? 0) || 0;
  const after = query.get('PageToken')?.replace(/^PA/, '');
  const start = after ? rows.findIndex(({ sid }) => sid === after) + 1 : number * size;
  const shown = rows.slice(start, start + size);
  const last = shown.at(-1);
  const uri = (at: number, token?: string) => {
    query.set('PageSize', String(size));
    query.set('Page', String(at));
    query.delete('PageToken');
    if (token) query.set('PageToken', `PA${token}`);
    return `${context.req.path}?${query.toString()}`;
  };
  return context.json({
    end: Math.max(0, number * size + shown.length - 1),
    first_page_uri: uri(0),
    next_page_uri: last && start + size < rows.length ? uri(number + 1, last.sid) : null,
    page: number,
    page_size: size,
    previous_page_uri: number > 0 ? uri(number - 1) : null,
    start: number * size,
    uri: uri(number, after),
    [key]: shown.map(render),
  });
}

/** Twilio's date format, for example `Thu, 30 Jul 2015 20:12:31 +0000`. */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}
