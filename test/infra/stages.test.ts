import { Brand } from '../../shared/config';
import { DepositRule } from '../../shared/deposit-rule';
import { stageNames, stageOf, stages, unset } from '../../infra/stages';
import { functionNames } from '../../infra/function-settings';
import { synthesise } from '../../infra/synthesise';
import { functionOf, type Template, templateOf } from './template';

test.each(stageNames)('%s has a deposit rule that parses, and says how the brand is named', (name) => {
  expect(DepositRule.safeParse(stages[name].depositRule).error).toBeUndefined();
  expect(Brand.safeParse(stages[name].brand).error).toBeUndefined();
  expect(stages[name].stage).toBe(name);
});

test('the default rule knows a deposit by its reference', () => {
  const pattern = new RegExp(stages.prod.depositRule.marks.referencePattern!, 'i');
  expect(['DEP-0042', 'Deposit', 'Website deposit'].filter((reference) => !pattern.test(reference))).toEqual([]);
  expect(['Deployment', 'Department of Roads', 'INV-1'].filter((reference) => pattern.test(reference))).toEqual([]);
});

test('the laptop’s stage is complete', () => {
  expect(unset(stages.local)).toEqual([]);
});

test('what the owner has not given is named', () => {
  const { prod } = stages;
  const half = { ...prod, brand: { ...stages.local.brand, abn: 'set-me' } };
  expect(unset(half)).toEqual(expect.arrayContaining(['brand.abn', 'depositRule.goLiveDate', 'depositRule.tenantIds.0', 'supabase.url']));
  expect(unset(half)).not.toContain('brand.signerName');
  expect(unset({ ...stages.local, stage: 'prod' })).toEqual([]);
});

test('a stage whose tenant is not filled in lets no invoice in', () => {
  expect(Date.parse(stages.prod.depositRule.goLiveDate)).toBeGreaterThan(Date.parse('9999-01-01'));
});

test('an unknown stage is refused with the list of stages', () => {
  expect(() => stageOf('production')).toThrow('no stage production; there are local, dev, staging, prod');
});

/** The fixed names in a template. */
const namesIn = (template: Template) =>
  Object.values(template.Resources).flatMap(({ Properties }) =>
    Object.entries(Properties ?? {}).flatMap(([key, value]) =>
      key.endsWith('Name') && typeof value === 'string' && value.includes('coresentia') ? [value] : [],
    ),
  );

test('two stages share no name', () => {
  const local = namesIn(templateOf('local'));
  expect(local.length).toBeGreaterThan(60);
  expect(namesIn(templateOf('dev')).filter((name) => local.includes(name))).toEqual([]);
});

test('behind a proxy every address is the proxy’s', () => {
  const proxied = synthesise({ ...stages.local, publicUrl: 'https://www.coresentia.com.au' }) as unknown as Template;
  expect(functionOf(proxied, 'provision-number').variables).toMatchObject({
    SMS_WEBHOOK_URL: 'https://www.coresentia.com.au/api/sms/webhook#rc=2&rp=all',
    SMS_FALLBACK_URL: 'https://www.coresentia.com.au/api/sms/fallback',
    VOICE_WEBHOOK_URL: 'https://www.coresentia.com.au/api/voice/webhook',
  });
  expect(functionOf(proxied, 'send-welcome').variables['PORTAL_URL']).toBe('https://www.coresentia.com.au/');
  expect(functionOf(proxied, 'sms-webhook').variables['PUBLIC_URL']).toBe('https://www.coresentia.com.au');
  expect(proxied.Outputs['XeroWebhookUrl']!.Value).toBe('https://www.coresentia.com.au/api/xero/webhook');
});

test('vendors’ addresses can be replaced', () => {
  const replaced = { ...stages.local, xeroApiUrl: 'http://x.test', xeroIdentityUrl: 'http://i.test', twilioApiUrl: 'http://t.test' };
  const template = synthesise(replaced) as unknown as Template;
  expect(functionOf(template, 'screen-invoice').variables).toMatchObject({
    XERO_API_URL: 'http://x.test',
    XERO_IDENTITY_URL: 'http://i.test',
  });
  expect(functionOf(template, 'provision-number').variables['TWILIO_API_URL']).toBe('http://t.test');
  for (const name of functionNames) expect(Object.keys(functionOf(templateOf('local'), name).variables)).not.toContain('TWILIO_API_URL');
});
