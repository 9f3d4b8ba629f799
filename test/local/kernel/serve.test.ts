import { Agent, get } from 'node:http';
import { Hono } from 'hono';
import { serveApp } from '../../../local/kernel/serve';

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

test('a connection outlives the idle instance that holds it: nobody asks over one that is being closed', async () => {
  const server = await serveApp(
    new Hono().get('/', (context) => context.text('here')),
    { port: 0 },
  );
  const { promise, resolve, reject } = Promise.withResolvers<string | string[] | undefined>();
  get(server.url, { agent }, (response) => resolve(response.resume().headers['keep-alive'])).once('error', reject);
  const offered = await promise;
  await server.close();
  expect(offered).toBe('timeout=90');
});
