import type { Context, Hono } from 'hono';
import { type Account, PRICES } from './account';
import { refuse } from './errors';
import type { NumberRules } from './numbers';

/** Adds the account itself, its balance and permissions, the price lists for Australia, and the approved bundle and address. */
export function addCatalogue(app: Hono, account: Account, rules: NumberRules): void {
  const { accountSid, bundleSid, addressSid } = rules;
  app.get('/2010-04-01/Accounts/:account{AC\\w+\\.json}', (context) =>
    context.json({ sid: accountSid, friendly_name: 'CoreSentia', status: 'active', type: 'Full' }),
  );
  // https://www.twilio.com/docs/messaging/guidelines/sms-geo-permissions : SMS to Australia is allowed from the start.
  app.get('/v1/Messaging/GeoPermissions', (context) =>
    context.json({
      permissions: [{ country_code: context.req.query('CountryCode') ?? 'AU', type: 'country', enabled: true, error_code: null }],
    }),
  );
  app.get('/2010-04-01/Accounts/:account/Balance.json', (context) =>
    context.json({ account_sid: accountSid, balance: account.balanceUsd().toFixed(4), currency: 'USD' }),
  );
  app.get('/:version{v[12]}/PhoneNumbers/Countries/AU', (context) =>
    context.json({
      ...australia(context),
      phone_number_prices: [price('local', account.numberPrice('local')), price('mobile', account.numberPrice('mobile'))],
    }),
  );
  app.get('/:version{v[12]}/Messaging/Countries/AU', (context) => {
    const outbound = [{ carrier: 'Other', mcc: '505', mnc: '000', prices: [price('mobile', PRICES.smsOut)] }];
    return context.json({ ...australia(context), outbound_sms_prices: outbound, inbound_sms_prices: [price('mobile', PRICES.smsIn)] });
  });
  app.get('/v2/RegulatoryCompliance/Bundles/:sid', (context) => {
    if (context.req.param('sid') !== bundleSid) throw refuse(20404, context.req.path);
    return context.json({
      sid: bundleSid,
      account_sid: accountSid,
      friendly_name: 'Australia',
      status: 'twilio-approved',
      valid_until: null,
    });
  });
  app.get('/2010-04-01/Accounts/:account/Addresses/:sid', (context) => {
    if (context.req.param('sid') !== `${addressSid}.json`) throw refuse(20404, context.req.path);
    return context.json({ sid: addressSid, account_sid: accountSid, iso_country: 'AU', validated: true, verified: true });
  });
}

function australia(context: Context): Record<string, string> {
  return { country: 'Australia', iso_country: 'AU', price_unit: 'USD', url: `https://pricing.twilio.com${context.req.path}` };
}

function price(numberType: string, usd: number): Record<string, string> {
  return { number_type: numberType, base_price: String(usd), current_price: String(usd) };
}
