/** Serves the control room: its page, what its forms do, the mails, and the JSON API. */
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { html } from 'hono/html';
import { z } from 'zod';
import { type Listening, serveApp } from '../kernel/serve';
import type { Laptop } from '../laptop';
import { answerRefusal, controlRoomApi } from './api';
import { callOf, problemsInForm } from './forms';
import { onlyFromHere } from './guard';
import { mailPage, mailPageHeaders } from './mailbox';
import { ControlRoomPage, type PageProps } from './page/page';
import type { FailedForm } from './page/parts';
import { hrefOf, Query } from './query';
import { Refusal } from './refusal';
import { openRoom, type Room } from './room';
import { gatherScene } from './scene';
import { script } from './script';
import { icon, stylesheet } from './stylesheet';

/** `port` 0 takes any free one. */
export async function startControlRoom(laptop: Laptop, port: number): Promise<Listening> {
  return serveApp(controlRoomApp(openRoom(laptop)), { port });
}

function controlRoomApp(room: Room): Hono {
  const app = new Hono();
  const api = controlRoomApi(room);
  const said = new Sayings();
  app.onError(answerRefusal);
  app.use(onlyFromHere);
  app.route('/api', api);
  app.get('/', async (c) => {
    const scene = await gatherScene(room, Query.parse(c.req.query()));
    const text = said.take(c.req.query('said'));
    return htmlPage(c, { scene, said: text === undefined ? undefined : { text, isBad: false }, failed: undefined });
  });
  app.get('/live', etag(), async (c) =>
    htmlPage(c, { scene: await gatherScene(room, Query.parse(c.req.query())), said: undefined, failed: undefined }),
  );
  app.get('/mails/:id', (c) => {
    const page = mailPage(room.laptop, c.req.param('id'));
    if (page === undefined) throw new Refusal(404, 'There is no such mail.');
    return c.html(page, 200, mailPageHeaders);
  });
  app.get('/control-room.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/control-room.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.get('/control-room.svg', (c) => c.body(icon, 200, { 'content-type': 'image/svg+xml' }));
  app.post('/do/:name/:id?', async (c) => {
    const sent = await sentForm(c);
    const result = await carryOut({ room, api, sent });
    const wantsJson = c.req.header('accept')?.includes('application/json') ?? false;
    if ('said' in result) {
      const { text, lookAt } = result.said;
      if (wantsJson) return c.json({ said: text, goTo: hrefOf(lookAt) });
      const address = new URL(hrefOf(lookAt), c.req.url);
      address.searchParams.set('said', said.keep(text));
      return c.redirect(`/${address.search}`, 303);
    }
    const { error, problems, status } = result.failed;
    if (wantsJson) return c.json({ error, problems }, status);
    const failed: FailedForm = { name: sent.name, id: sent.id, typed: sent.fields, problems };
    const scene = await gatherScene(room, sent.query);
    c.status(status);
    return htmlPage(c, { scene, said: { text: error, isBad: true }, failed });
  });
  return app;
}

/** Without a doctype browsers fall back to the quirks of the nineties. */
function htmlPage(c: Context, props: PageProps): Response | Promise<Response> {
  return c.html(html`<!doctype html>${<ControlRoomPage {...props} />}`);
}

interface SentForm {
  name: string;
  id: string;
  /** What the page looked at. */
  query: Query;
  fields: Record<string, string>;
}

async function sentForm(c: Context): Promise<SentForm> {
  const body = await c.req.parseBody();
  const fields = Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
  const { at = '/', ...typed } = fields;
  const { searchParams } = new URL(at, 'http://127.0.0.1');
  return {
    name: c.req.param('name') ?? '',
    id: c.req.param('id') ?? '',
    query: Query.parse(Object.fromEntries(searchParams)),
    fields: typed,
  };
}

type FormResult =
  | { said: { text: string; lookAt: Query } }
  | { failed: { error: string; problems: Record<string, string>; status: 400 | 403 | 404 | 405 | 409 | 413 | 415 | 500 | 502 } };

const Answer = z.record(z.string(), z.unknown());
const Failure = z.object({ error: z.string(), problems: z.record(z.string(), z.string()).default({}) });

/** Calls the API as the form says, and finds the words for what came of it. */
async function carryOut({ room, api, sent }: { room: Room; api: Hono; sent: SentForm }): Promise<FormResult> {
  try {
    const call = await callOf(room, sent.name, { id: sent.id, text: (field) => sent.fields[field] ?? '' });
    const response = await api.request(call.path, {
      method: call.method,
      ...(call.body && { body: JSON.stringify(call.body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) return failed(response.status, Failure.parse(await response.json()));
    const answer = response.status === 204 ? {} : Answer.parse(await response.json());
    return { said: { text: call.said(answer), lookAt: { ...sent.query, ...call.lookAt?.(answer) } } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return failed(error.status, { error: error.message, problems: error.problems });
  }
}

const statuses = [400, 403, 404, 405, 409, 413, 415, 502] as const;

function failed(status: number, { error, problems }: z.infer<typeof Failure>): FormResult {
  const known = statuses.find((candidate) => candidate === status) ?? 500;
  return { failed: { error, problems: problemsInForm(problems), status: known } };
}

/** What is to be said on the page that a redirect leads to; each once. */
class Sayings {
  readonly #texts = new Map<string, string>();

  keep(text: string): string {
    const id = randomUUID();
    this.#texts.set(id, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > 100 && oldest) this.#texts.delete(oldest);
    return id;
  }

  take(id = ''): string | undefined {
    const text = this.#texts.get(id);
    this.#texts.delete(id);
    return text;
  }
}
