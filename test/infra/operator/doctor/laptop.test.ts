/** The doctor against the whole stack of this laptop. `npm test` builds before. */
import { examine, type Report } from '../../../../infra/operator/doctor/check';
import { checksOf } from '../../../../infra/operator/doctor/stage';
import { laptopVariables, placesOf } from '../../../../infra/operator/stage-environment';
import { stages } from '../../../../infra/stages';
import { type Laptop, startLaptop } from '../../../../local/laptop';

let laptop: Laptop;
const before = { ...process.env };
beforeAll(async () => {
  laptop = await startLaptop({ dataDir: undefined, cacheDir: '.local/cache', firstPort: 0, vendors: {}, say: () => undefined });
  Object.assign(process.env, laptopVariables(laptop.endpoints));
});
afterAll(async () => {
  await laptop.close();
  process.env = { ...before };
});

const problems = (reports: Report[]) => reports.filter(({ level }) => level === 'fail').map(({ vendor, name }) => `${vendor} ${name}`);
const report = () => examine(checksOf(placesOf(stages.local, laptop.endpoints)));

test('a stack that has just started has nothing to mend, and what a laptop does not have is skipped by name', async () => {
  const reports = await report();
  expect(problems(reports)).toEqual([]);
  expect(reports.filter(({ level }) => level === 'skipped').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['sandbox', 'DKIM', 'redrive permission', 'concurrency quota']),
  );
  expect(reports.filter(({ level }) => level === 'ok').length).toBeGreaterThan(15);
});

test('a suspended Twilio account, a dead letter and a Xero that refuses us are each told', async () => {
  await laptop.twilio.suspendAccount();
  await laptop.aws.queues.send('coresentia-local-deposit-paid-dlq', { body: '{}' });
  await laptop.kernel.faults.arm({ vendor: 'xero', call: '*', mode: 'reject', times: 20, slowMs: 1 });
  const found = problems(await report());
  expect(found).toEqual(expect.arrayContaining(['Twilio credentials', 'AWS dead letters', 'Xero token']));
  expect(found).not.toContain('Supabase reachable');
});
