/** Serves the control room: its page, what its forms do, and its JSON API. */
import { Hono } from 'hono';
import { type Listening, serveApp } from '../kernel/serve';
import type { Laptop } from '../laptop';
import { script, stylesheet } from './assets';
import { ControlRoomPage, Live } from './page';
import { gatherScene } from './scene';
import { controlRoomApi } from './api';

/** Forms call the JSON API of the same process, so that page and scripts can do the same things and no more. */
export async function startControlRoom(laptop: Laptop, port: number): Promise<Listening> {
  const app = new Hono();
  const api = controlRoomApi(laptop);
  app.route('/api', api);
  app.get('/', async (c) => {
    const scene = await gatherScene(laptop, c.req.query('run'));
    return c.html(<ControlRoomPage scene={scene} said={c.req.query('said')} />);
  });
  app.get('/live', async (c) => c.html(<Live scene={await gatherScene(laptop, c.req.query('run'))} />));
  app.get('/control-room.css', (c) => c.body(stylesheet, 200, { 'content-type': 'text/css' }));
  app.get('/control-room.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }));
  app.post('/do/:action/:id?', async (c) => {
    const fields: Record<string, unknown> = await c.req.parseBody();
    const action = actionOf(c.req.param('action'), { id: c.req.param('id') ?? '', fields });
    const response = await api.request(action.path, {
      method: action.method,
      ...(action.body ? { body: JSON.stringify(action.body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const said = response.ok ? action.said : `That did not work: ${await response.text()}`;
    return c.redirect(`/?said=${encodeURIComponent(said)}`, 303);
  });
  return serveApp(app, { port });
}

interface Action {
  method: 'POST' | 'DELETE';
  path: string;
  body?: Record<string, unknown>;
  said: string;
}

/** The API call behind a form of the page. */
function actionOf(name: string, { id, fields }: { id: string; fields: Record<string, unknown> }): Action {
  const text = (field: string) => String(fields[field] ?? '').trim();
  switch (name) {
    case 'deposit':
      return {
        method: 'POST',
        path: '/deposits',
        body: { contactName: text('contactName'), email: text('email'), phone: text('phone') },
        said: 'Paid. Xero has sent its webhook.',
      };
    case 'text':
      return {
        method: 'POST',
        path: `/phones/${encodeURIComponent(text('from'))}/messages`,
        body: { to: text('to'), body: text('body') },
        said: 'Sent.',
      };
    case 'clock': {
      const seconds = Number(text('advanceSeconds'));
      return {
        method: 'POST',
        path: '/clock',
        body: seconds > 0 ? { advanceSeconds: seconds } : { untilIdle: true },
        said: 'The clock has moved.',
      };
    }
    case 'fault':
      return {
        method: 'POST',
        path: '/faults',
        body: { vendor: text('vendor'), call: text('call') || '*', mode: text('mode'), times: Number(text('times')) || 1 },
        said: `${text('vendor')} is broken.`,
      };
    case 'mend':
      return { method: 'DELETE', path: '/faults', said: 'Everything works again.' };
    case 'redrive':
      return { method: 'POST', path: `/runs/${id}/redrive`, said: 'Redriven: the failed step runs again.' };
    default:
      return { method: 'POST', path: `/${name}`, said: '' };
  }
}
