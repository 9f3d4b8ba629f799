/**
 * List prices, each with where it stands and as of when. US dollars without tax, region ap-southeast-2, no free tiers.
 * They were put together without access to the pages themselves: compare them with `source` before a decision hangs on a cent, and set `asOf`.
 */

/** `per` is the unit that `usd` buys. */
export interface Price {
  usd: number;
  per: string;
  source: string;
  asOf: string;
}

const asOf = '2026-11';
const price = (usd: number, per: string, source: string): Price => ({ usd, per, source, asOf });

/** What AWS takes. */
export const awsPrices = {
  lambdaGbSecond: price(0.0000133334, 'GB-second, arm64', 'https://aws.amazon.com/lambda/pricing/'),
  lambdaRequest: price(0.2 / 1e6, 'request', 'https://aws.amazon.com/lambda/pricing/'),
  stateTransition: price(0.025 / 1000, 'state transition, Standard', 'https://aws.amazon.com/step-functions/pricing/'),
  customEvent: price(1 / 1e6, 'event', 'https://aws.amazon.com/eventbridge/pricing/'),
  queueRequest: price(0.4 / 1e6, 'request, standard queue', 'https://aws.amazon.com/sqs/pricing/'),
  notification: price(2 / 100_000, 'e-mail notification', 'https://aws.amazon.com/sns/pricing/'),
  mail: price(0.1 / 1000, 'mail', 'https://aws.amazon.com/ses/pricing/'),
  secret: price(0.4, 'secret and month', 'https://aws.amazon.com/secrets-manager/pricing/'),
  secretCall: price(0.05 / 10_000, 'call', 'https://aws.amazon.com/secrets-manager/pricing/'),
  key: price(1, 'KMS key and month', 'https://aws.amazon.com/kms/pricing/'),
  alarm: price(0.1, 'alarm metric and month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  dashboard: price(3, 'dashboard and month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  customMetric: price(0.3, 'custom metric and month', 'https://aws.amazon.com/cloudwatch/pricing/'),
  logGb: price(0.67, 'GB of logs taken in', 'https://aws.amazon.com/cloudwatch/pricing/'),
  trace: price(5 / 1e6, 'trace recorded', 'https://aws.amazon.com/xray/pricing/'),
  cloudFrontRequest: price(0.0125 / 10_000, 'HTTPS request, Australia', 'https://aws.amazon.com/cloudfront/pricing/'),
} as const;

/** What the others take. `npm run verify-vendors` reads Twilio's own from its Pricing API. */
export const vendorPrices = {
  mobileNumber: price(8.25, 'Australian mobile number and month; a full month when bought', 'https://www.twilio.com/en-us/sms/pricing/au'),
  smsOut: price(0.0515, 'SMS segment sent to Australia', 'https://www.twilio.com/en-us/sms/pricing/au'),
  smsIn: price(0.0075, 'SMS segment received', 'https://www.twilio.com/en-us/sms/pricing/au'),
  modelInput: price(1.1 / 1e6, 'token, Claude Haiku 4.5, regional profile', 'https://aws.amazon.com/bedrock/pricing/'),
  modelOutput: price(5.5 / 1e6, 'token, Claude Haiku 4.5, regional profile', 'https://aws.amazon.com/bedrock/pricing/'),
  supabasePro: price(25, 'Supabase Pro project and month', 'https://supabase.com/pricing'),
} as const;

/** Australian dollars for one US dollar; look it up when it matters. */
export const audPerUsd = { rate: 1.53, source: 'https://www.rba.gov.au/statistics/frequency/exchange-rates.html', asOf } as const;

/** What the old SOP said a number costs a month, step 3. */
export const sopNumberUsd = 1.5;
