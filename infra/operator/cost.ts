/** `npm run cost [-- --json]`: what the pipeline costs per month and per client, in US$ and A$, computed from the code and the price list. */
import { inventoryOf } from '../cost/inventory';
import { awsPerClient, awsPerMonth, fixedPerMonth, type Item, liveClientPerMonth, total, vendorsPerClient } from '../cost/model';
import { audPerUsd, awsPrices, sopNumberUsd, vendorPrices } from '../cost/prices';
import { stages } from '../stages';
import { synthesise } from '../synthesise';
import { print, readArguments, runCommand } from './command';

const money = (usd: number) => {
  const digits = usd < 0.1 ? 4 : 2;
  return `US$${usd.toFixed(digits).padStart(8)}   A$${(usd * audPerUsd.rate).toFixed(digits).padStart(8)}`;
};

function table(title: string, items: readonly Item[]): string {
  const lines = items.map(({ what, usd }) => `  ${what.padEnd(46)} ${money(usd)}`);
  return [title, ...lines, `  ${'total'.padEnd(46)} ${money(total(items))}`].join('\n');
}

async function main(): Promise<void> {
  const { json } = readArguments([]);
  const inventory = inventoryOf(synthesise(stages.local));
  const onboarding = [...vendorsPerClient(), { what: 'AWS, paid to day 7', usd: total(awsPerClient()) }];
  const sums = {
    onboardingOneClient: onboarding,
    liveClientPerMonth: liveClientPerMonth(),
    fixedPerMonth: fixedPerMonth(inventory),
    awsPerClient: awsPerClient(),
    awsFixedPerMonth: awsPerMonth(inventory),
  };
  if (json) return print(JSON.stringify({ sums, prices: { awsPrices, vendorPrices, audPerUsd } }, null, 2));
  const { mobileNumber } = vendorPrices;
  print(
    [
      `List prices of ${mobileNumber.asOf} without tax and free tiers; A$${audPerUsd.rate} to the US$ (infra/cost/prices.ts).\n`,
      table('TO BRING ONE CLIENT LIVE, once', sums.onboardingOneClient),
      table('\nA LIVE CLIENT, per month (60 texts)', sums.liveClientPerMonth),
      table('\nFIXED, per month', sums.fixedPerMonth),
      `\nThe SOP says a number costs about $${sopNumberUsd.toFixed(2)} a month. That is out of date: an Australian mobile is US$${mobileNumber.usd} (${mobileNumber.source}).\n`,
      table('AWS per client, in detail', sums.awsPerClient),
      table('\nAWS fixed per month, in detail', sums.awsFixedPerMonth),
    ].join('\n'),
  );
}

void runCommand('usage: npm run cost -- [--json]', main);
