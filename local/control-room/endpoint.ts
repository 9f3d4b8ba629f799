import type { Context } from 'hono';

/** One call. `does` is what `GET /api` says of it. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  does: string;
  answer: (c: Context) => Response | Promise<Response>;
}

/** A part of the path; empty if there is none. */
export const param = (c: Context, name: string) => c.req.param(name) ?? '';
