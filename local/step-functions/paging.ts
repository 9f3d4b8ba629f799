import { ServiceError } from './errors';

const DEFAULT_RESULTS = 100; // of every paged action; 0 means the default too

/** What a paged action is asked. */
export interface Paging {
  maxResults: number;
  nextToken?: string | undefined;
}

/** One page of a list in order of creation: elements `from` up to but without `to`; `next` goes into the response. */
export interface Page {
  from: number;
  to: number;
  next: { nextToken?: string };
}

/** A token is the position where the next page begins, counted from the oldest element: what is added meanwhile moves nothing. */
export function pageOf(total: number, { maxResults, nextToken }: Paging, newestFirst = false): Page {
  const size = maxResults || DEFAULT_RESULTS;
  const start = nextToken === undefined ? undefined : decode(nextToken);
  if (newestFirst) {
    const to = Math.min(start ?? total, total);
    const from = Math.max(0, to - size);
    return { from, to, next: from > 0 ? { nextToken: encode(from) } : {} };
  }
  const from = start ?? 0;
  const to = Math.min(total, from + size);
  return { from, to, next: to < total ? { nextToken: encode(to) } : {} };
}

function encode(position: number): string {
  return Buffer.from(`page-${position}`).toString('base64');
}

function decode(token: string): number {
  const position = /^page-(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (position === undefined) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid pagination token'");
  return Number(position);
}
