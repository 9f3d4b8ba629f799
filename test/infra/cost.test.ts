import { readFileSync } from 'node:fs';
import { inventoryOf } from '../../infra/cost/inventory';
import { awsPerClient, awsPerMonth, total, vendorsPerClient } from '../../infra/cost/model';
import { awsPrices, vendorPrices } from '../../infra/cost/prices';
import { retriesPerClient, transitionsPerClient } from '../../infra/cost/transitions';
import { PRICES } from '../../local/twilio/account';
import { templateOf } from './template';

test('one client costs less than a US cent on AWS, from paid to day 7, without free tiers', () => {
  expect(total(awsPerClient())).toBeLessThan(0.01);
  expect(total(awsPerClient())).toBeGreaterThan(0.001);
});

test('the fixed part of AWS is less than US$10 a month, without free tiers', () => {
  const inventory = inventoryOf(templateOf('local'));
  expect(inventory).toMatchObject({ keys: 1, secrets: 4, dashboards: 1 });
  expect(total(awsPerMonth(inventory))).toBeLessThan(10);
  expect(total(awsPerMonth(inventory))).toBeGreaterThan(5);
});

test('a client passes every state of the machine but the end for repetitions', () => {
  const { States } = JSON.parse(readFileSync('state-machines/provisioning.asl.json', 'utf8')) as { States: object };
  expect(transitionsPerClient()).toBe(Object.keys(States).length - 1 + retriesPerClient);
});

test('the longest way is counted, and a circle once', () => {
  const States = {
    A: { Type: 'Choice', Choices: [{ Next: 'B' }, { Next: 'C' }] },
    B: { Type: 'Succeed' },
    C: { Type: 'Task', Next: 'D' },
    D: { Type: 'Task', Next: 'A' },
  };
  expect(transitionsPerClient(JSON.stringify({ StartAt: 'A', States }))).toBe(3 + retriesPerClient);
});

test('every price has its source and its date', () => {
  for (const { usd, per, source, asOf } of Object.values({ ...awsPrices, ...vendorPrices })) {
    expect(usd).toBeGreaterThan(0);
    expect([per.length > 3, URL.canParse(source), /^\d{4}-\d\d/.test(asOf)]).toEqual([true, true, true]);
  }
});

test('the number costs what the laptop’s Twilio charges, many times what the SOP said', () => {
  expect([vendorPrices.mobileNumber.usd, vendorPrices.smsOut.usd, vendorPrices.smsIn.usd]).toEqual([
    PRICES.mobile,
    PRICES.smsOut,
    PRICES.smsIn,
  ]);
  expect(total(vendorsPerClient())).toBeGreaterThan(8);
});
