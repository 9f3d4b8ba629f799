/** The portal under its public address, and under the function's own, where links of older mails lead. */
import { createApp } from '../../../functions/portal/app';
import { ownPaths } from '../../../infra/front-door';
import { TransientError } from '../../../shared/errors';

const [publicUrl, ownUrl] = ['https://www.coresentia.example', 'https://abc.lambda-url.ap-southeast-2.on.aws'];
// Past the check of the origin there is a database to fail on.
const app = createApp(() => Promise.reject(new TransientError('no database here')), publicUrl, ownUrl);
const post = (origin: string) =>
  app.request(`${ownUrl}/onboarding`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'businessName=x',
  });

test.each([
  [publicUrl, 503],
  [ownUrl, 503],
  ['https://elsewhere.example', 403],
])('a form posted from %s gets %i', async (origin, status) => {
  expect((await post(origin)).status).toBe(status);
});

test('the distribution passes every path of the portal on', () => {
  const patterns = ownPaths.flatMap(([pattern, name]) =>
    name === 'portal' ? [new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '.*')}$`)] : [],
  );
  const paths = app.routes.filter(({ method, path }) => method !== 'ALL' && path !== '/').map(({ path }) => path.replace(/\/$/, ''));
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
});
