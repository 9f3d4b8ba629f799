import { type VendorAccounts, vendorFacts } from '../../../infra/operator/vendor-facts';
import { askTwilio, askXero, askXeroToken } from '../../../infra/operator/vendors';
import { connection, startRig as startXeroRig } from '../../local/xero/rig';
import { options, startRig as startTwilioRig } from '../../local/twilio/rig';
import { answering, awsAnswering } from './doctor/fake-ask';

const converse = '/model/m/converse';
const accounts = (changes: Partial<VendorAccounts>): VendorAccounts => ({
  twilio: async () => answering({}),
  twilioAccountSid: async () => 'AC1',
  xeroToken: async () => ({ status: 401, body: undefined }),
  xeroApi: () => answering({}),
  aws: awsAnswering({ [converse]: 403 }),
  bedrockModelId: 'm',
  ...changes,
});
const verdictOn = async (belief: RegExp, given: VendorAccounts) => {
  const fact = vendorFacts(given).find((each) => belief.test(each.belief));
  return fact!.ask();
};

test('what the vendors’ doubles do is what we believe', async () => {
  const [twilio, xero] = [await startTwilioRig(), await startXeroRig()];
  const { accountSid, authToken } = options;
  const given = accounts({
    twilio: async (host) => askTwilio(twilio.emulator.url, { accountSid, authToken }, host),
    twilioAccountSid: async () => accountSid,
    xeroToken: () => askXeroToken(xero.xero.identityUrl, connection),
    xeroApi: (token) => askXero(xero.xero.url, token),
    aws: awsAnswering({ [converse]: {} }),
  });
  for (const belief of [
    /gives a Custom/,
    /lists the one/,
    /empty tenant/,
    /are for sale/,
    /mobile costs/,
    /SMS costs/,
    /inference profile/,
  ])
    expect([belief, (await verdictOn(belief, given)).holds]).toEqual([belief, 'true']);
  await twilio.close();
  await xero.close();
});

test('another price, another answer and no answer are told apart', async () => {
  const dearer = answering({ '/v1/PhoneNumbers/Countries/AU': { phone_number_prices: [{ number_type: 'mobile', current_price: '12' }] } });
  expect(await verdictOn(/mobile costs/, accounts({ twilio: async () => dearer }))).toEqual({ holds: 'false', found: 'US$12' });
  expect(await verdictOn(/mobile costs/, accounts({}))).toMatchObject({ holds: 'unclear' });
  expect(await verdictOn(/gives a Custom/, accounts({}))).toEqual({ holds: 'false', found: 'answered 401' });
  expect(await verdictOn(/inference profile/, accounts({}))).toEqual({ holds: 'false', found: 'answered 403' });
});

test('the fields that Twilio wants of a business are read from its regulations', async () => {
  const path = '/v2/RegulatoryCompliance/Regulations?IsoCountry=AU&NumberType=mobile&EndUserType=business&IncludeConstraints=true';
  const requirements = { end_user: [{ fields: ['business_name', 'business_registration_number'] }] };
  const twilio = answering({
    [path]: { results: [{ friendly_name: 'Australia: Mobile - Business', end_user_type: 'business', requirements }] },
  });
  expect((await verdictOn(/regulatory bundle/, accounts({ twilio: async () => twilio }))).found).toContain(
    'business_name, business_registration_number',
  );
});

test('what only a person can find out says how', async () => {
  expect(await verdictOn(/INVOICE\/UPDATE/, accounts({}))).toMatchObject({
    holds: 'by hand',
    found: expect.stringMatching(/Demo Company/),
  });
});
