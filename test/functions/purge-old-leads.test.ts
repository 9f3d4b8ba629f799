import { purgeOldLeads } from '../../functions/purge-old-leads';
import { fakeRetention } from '../fakes/portal';

test.each([0, 1, 99, 100, 101, 250])('deletes all of %d old leads, then the leftovers', async (old) => {
  const retention = fakeRetention({ old });
  expect(await purgeOldLeads({ retention })).toBe(old);
  expect(retention.seen).toEqual({ left: 0, leftovers: 1 });
});

test('leaves what one round cannot do for the next day', async () => {
  const retention = fakeRetention({ old: 25_000 });
  expect(await purgeOldLeads({ retention })).toBe(20_000);
  expect(retention.seen).toEqual({ left: 5_000, leftovers: 1 });
});
