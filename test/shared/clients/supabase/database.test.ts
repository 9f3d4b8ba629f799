import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { database, supabaseClient } from '../../../../shared/clients/supabase/database';
import { supabaseIdentity } from '../../../../shared/clients/supabase/identity';

let server: Server;
let answer: RequestListener;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const connect = (timeoutMs = 2000) => supabaseClient({ url, secretKey: 'sb_secret_test', timeoutMs });
const call = (timeoutMs?: number) => database(connect(timeoutMs)).call('some_function', { p_text: 'x' }, z.object({ ok: z.boolean() }));
const createUser = (timeoutMs?: number) => supabaseIdentity(connect(timeoutMs)).createUser('jo@secret.example');
const says =
  (status: number, body: unknown): RequestListener =>
  (_request, response) => {
    // With this header Auth's errors are read from `code`, without it from `error_code`; hosted Supabase sends it.
    const version = status === 422 && JSON.stringify(body).includes('error_code') ? {} : { 'x-supabase-api-version': '2024-01-01' };
    response
      .writeHead(status, { 'content-type': 'application/json', ...version })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const thrown = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (error: Error) => error,
  );

describe('a call', () => {
  test('is one POST of named arguments with the secret key', async () => {
    let seen = '';
    answer = (request, response) => {
      request.on('data', (part) => {
        seen = `${request.method} ${request.url} ${String(request.headers.apikey)} ${part}`;
        says(200, { ok: true })(request, response);
      });
    };
    expect(await call()).toEqual({ ok: true });
    expect(seen).toBe('POST /rest/v1/rpc/some_function sb_secret_test {"p_text":"x"}');
  });

  test('does not repeat itself', async () => {
    let calls = 0;
    answer = (request, response) => {
      calls += 1;
      says(503, { code: 'PGRST000', message: 'no database' })(request, response);
    };
    await thrown(call());
    expect(calls).toBe(1);
  });

  // supabase-js repeats reads, not calls: left to itself it asks four times within seven seconds.
  test('that reads does not repeat itself either', async () => {
    let calls = 0;
    answer = (request, response) => {
      calls += 1;
      says(503, { code: 'PGRST001', message: 'no connection' })(request, response);
    };
    expect((await connect().from('businesses').select('id')).status).toBe(503);
    expect(calls).toBe(1);
  });

  test.each([
    [500, { code: '57014', message: 'canceling statement due to statement timeout' }],
    [503, { code: 'PGRST001', message: 'no connection' }],
    [504, 'gateway'],
    [429, { message: 'slow down' }],
    [408, ''],
    [409, { code: '40001', message: 'could not serialize access' }],
    [400, { code: '40P01', message: 'deadlock detected' }],
    [500, '<html>proxy</html>'],
  ])('answered %d %j is transient', async (status, body) => {
    answer = says(status, body);
    expect(await thrown(call())).toMatchObject({ name: 'TransientError', accepted: status === 429 ? 'no' : 'unknown' });
  });

  test('refused by our SQL is terminal, in its words', async () => {
    answer = says(400, { code: 'P0001', message: 'RunNotFound', hint: 'there is no such run', details: 'jo@secret.example' });
    expect(await thrown(call())).toMatchObject({ name: 'RunNotFound', message: 'there is no such run' });
  });

  test.each([401, 403])('with a key that is refused (%d) is VendorAccountProblem', async (status) => {
    answer = says(status, { message: 'Invalid API key' });
    expect(await thrown(call())).toMatchObject({ name: 'VendorAccountProblem' });
  });

  test.each([
    [404, { code: 'PGRST202', message: 'Could not find the function public.some_function(p_text)' }],
    [400, { code: '23514', message: 'new row violates check', details: 'Failing row contains (jo@secret.example)' }],
    [409, { code: '23505', message: 'duplicate key', details: 'Key (email)=(jo@secret.example) already exists.' }],
    [400, { code: 'P0001', message: 'jo@secret.example is nobody' }],
  ])('that is a bug (%d %j) is neither, and its error repeats no data', async (status, body) => {
    answer = says(status, body);
    const error = await thrown(call());
    expect(error.name).toBe('Error');
    expect(JSON.stringify(error.message)).not.toContain('secret.example');
    expect(error.message).toContain('some_function');
    expect(error.cause).toBeUndefined();
  });

  test('answered in another shape is a bug, and its error repeats no data', async () => {
    answer = says(200, { ok: 'jo@secret.example' });
    expect(await thrown(call())).toMatchObject({ name: 'Error', message: 'some_function answered something else: ok' });
  });
});

test('a call with a limit of its own ends by that one, and one without by the client’s', async () => {
  answer = () => undefined;
  const client = connect(60_000);
  const brief = database(client, 50).call('some_function', {}, z.unknown());
  expect(await thrown(brief)).toMatchObject({ name: 'TransientError', accepted: 'unknown' });
  const patient = database(connect(50), 60_000).call('some_function', {}, z.unknown());
  expect(await thrown(patient)).toMatchObject({ name: 'TransientError' });
  server.closeAllConnections();
});

describe.each([
  ['a call', call],
  ['createUser', createUser],
])('%s', (_name, act) => {
  test('that gets no answer in time is transient, and may have worked', async () => {
    answer = () => undefined;
    expect(await thrown(act(50))).toMatchObject({ name: 'TransientError', accepted: 'unknown' });
    server.closeAllConnections();
  });

  test('whose connection breaks is transient', async () => {
    answer = (request) => request.socket.destroy();
    expect(await thrown(act())).toMatchObject({ name: 'TransientError' });
  });

  test('whose answer is cut in the middle is transient', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"ok": tr');
      setTimeout(() => response.destroy(), 10);
    };
    expect(await thrown(act())).toMatchObject({ name: 'TransientError' });
  });

  test('that finds nobody listening is transient', async () => {
    const nobody = supabaseClient({ url: 'http://127.0.0.1:9', secretKey: 'sb_secret_test', timeoutMs: 1000 });
    const attempt =
      act === call ? database(nobody).call('some_function', {}, z.unknown()) : supabaseIdentity(nobody).createUser('jo@secret.example');
    expect(await thrown(attempt)).toMatchObject({ name: 'TransientError' });
  });
});

describe('createUser', () => {
  test('asks for a confirmed user without a password', async () => {
    let body: unknown;
    answer = (request, response) => {
      request.on('data', (part) => {
        body = JSON.parse(String(part));
        says(200, { id: '11111111-1111-4111-8111-111111111111', aud: 'authenticated', email: 'jo@secret.example' })(request, response);
      });
    };
    expect(await createUser()).toEqual({ userId: '11111111-1111-4111-8111-111111111111' });
    expect(body).toEqual({ email: 'jo@secret.example', email_confirm: true });
  });

  test.each([
    [422, { code: 'email_exists', msg: 'A user with this email address has already been registered' }, 'exists'],
    [422, { error_code: 'email_exists', msg: 'already registered' }, 'exists'],
  ])('says that the user exists (%d %j)', async (status, body, expected) => {
    answer = says(status, body);
    expect(await createUser()).toBe(expected);
  });

  test.each([401, 500])('signInToken answered %d fails without the address', async (status) => {
    answer = says(status, { msg: 'jo@secret.example' });
    const error = await thrown(supabaseIdentity(connect()).signInToken('jo@secret.example'));
    expect(error.name).toBe(status === 401 ? 'VendorAccountProblem' : 'TransientError');
    expect(error.message).not.toContain('secret.example');
  });

  test.each([
    [422, { code: 'validation_failed', msg: 'jo@secret.example is not valid' }, 'LoginConflict'],
    [401, { message: 'Invalid API key' }, 'VendorAccountProblem'],
    [429, { code: 'over_request_rate_limit', msg: 'slow down' }, 'TransientError'],
    [500, { code: 'unexpected_failure', msg: 'Database error' }, 'TransientError'],
    [503, 'not JSON', 'TransientError'],
    [404, { code: 'not_found', msg: 'jo@secret.example' }, 'Error'],
  ])('answered %d %j is %3$s', async (status, body, name) => {
    answer = says(status, body);
    const error = await thrown(createUser());
    expect(error.name).toBe(name);
    expect(error.message).not.toContain('secret.example');
  });
});
