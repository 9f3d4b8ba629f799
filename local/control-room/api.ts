/** The control room's JSON API: what a person can do to the laptop stack. Written for scripts too, so every refusal says what to do. */
import { type Context, Hono } from 'hono';
import type { Endpoint } from './endpoint';
import { moneyCalls } from './money-calls';
import { peopleCalls } from './people-calls';
import { Refusal } from './refusal';
import type { Room } from './room';
import { runCalls } from './run-calls';
import { stackCalls } from './stack-calls';

/** Routes under /api. */
export function controlRoomApi(room: Room): Hono {
  const endpoints = [...moneyCalls(room), ...runCalls(room), ...peopleCalls(room), ...stackCalls(room)];
  const app = new Hono();
  app.onError(answerRefusal);
  app.get('/', (c) => c.json(endpoints.map(({ method, path, does }) => ({ method, path: `/api${path}`, does }))));
  for (const { method, path, answer } of endpoints) app.on(method, path, answer);
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) app.all(path, refuseMethod(endpoints, path));
  app.all('*', (c) => {
    throw new Refusal(404, `There is no ${c.req.method} ${c.req.path}; GET /api lists what there is.`);
  });
  return app;
}

/** Refusals as JSON `{error, problems}`; anything else is a bug or a part that is down: 500. */
export function answerRefusal(error: Error, c: Context): Response {
  const { status, problems } = error instanceof Refusal ? error : { status: 500 as const, problems: {} };
  return c.json({ error: error.message, problems }, status);
}

function refuseMethod(endpoints: Endpoint[], path: string) {
  const allowed = endpoints.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
  return (c: Context) => {
    c.header('allow', allowed.join(', '));
    return answerRefusal(new Refusal(405, `${c.req.path} takes ${allowed.join(' and ')}, not ${c.req.method}.`), c);
  };
}
