import { migratedPostgres, type Postgres } from './postgres';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await migratedPostgres();
});
afterAll(() => postgres.close());

test('the migrations apply to a new project', async () => {
  expect(await postgres.rpc('run_list', {}, { role: 'service_role' })).toEqual([]);
});
