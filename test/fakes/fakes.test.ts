import { fakeTelephony } from './telephony';

const webhooks = {
  smsUrl: 'https://a.example/sms',
  smsFallbackUrl: 'https://a.example/f',
  voiceUrl: 'https://a.example/v',
  statusCallback: 'https://a.example/s',
};
const order = { e164: '+61480000001', tag: 'run-1', webhooks };

test('a purchase whose response is lost has happened', async () => {
  const telephony = fakeTelephony({ stock: ['+61480000001'], loseResponseOf: 'buy' });
  await expect(telephony.buy(order)).rejects.toMatchObject({ name: 'TransientError' });
  expect(await telephony.findByTag('run-1')).toMatchObject({ e164: '+61480000001', ...webhooks });
  expect(await telephony.buy(order)).toMatchObject({ sid: 'PN1' });
  expect(telephony.sales).toEqual(['+61480000001']);
});

test('a number that is not for sale is taken', async () => {
  expect(await fakeTelephony().buy(order)).toBe('taken');
  expect(await fakeTelephony({ stock: [order.e164], soldMeanwhile: [order.e164] }).buy(order)).toBe('taken');
});

test('Australian law wants a bundle where the account says so', async () => {
  const telephony = fakeTelephony({ stock: [order.e164], approvedBundles: ['BU1'] });
  await expect(telephony.buy(order)).rejects.toMatchObject({ name: 'RegulatoryBundleRequired' });
  expect(await telephony.buy({ ...order, bundleSid: 'BU1' })).toMatchObject({ tag: 'run-1' });
});
