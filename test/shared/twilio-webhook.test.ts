import * as fc from 'fast-check';
import * as z from 'zod';
import { InboundSms, isKeyword, readWebhook } from '../../shared/twilio-webhook';
import { functionUrlEvent } from '../support/function-url-event';
import { authToken, twilioRequest } from '../support/twilio-request';

const anything = z.record(z.string(), z.string());
const security = { authToken, publicUrl: undefined };
const sms = { MessageSid: 'SM1', From: '+61480000002', To: '+61480000001', Body: ' Hi & bye +1 ', NumMedia: '0' };

test("takes Twilio's published example", () => {
  // https://www.twilio.com/docs/usage/security#validating-signatures-from-twilio
  const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };
  const event = functionUrlEvent({
    path: '/myapp.php',
    query: 'foo=1&bar=2',
    body: new URLSearchParams(form).toString(),
    base64: true,
    headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
  });
  expect(readWebhook(event, anything, { authToken: '12345', publicUrl: 'https://mycompany.com' })).toEqual({ form });
});

test.each([true, false])('reads a signed form, untrimmed (base64: %s)', (base64) => {
  expect(readWebhook(twilioRequest(sms, { base64 }), InboundSms, security)).toEqual({ form: { ...sms, NumMedia: 0 } });
});

test('the signature is over the public URL when a proxy stands in front', () => {
  const request = twilioRequest(sms, { baseUrl: 'https://www.coresentia.example' });
  expect(readWebhook(request, InboundSms, { authToken, publicUrl: 'https://www.coresentia.example/' })).toHaveProperty('form');
  expect(readWebhook(request, InboundSms, security)).toMatchObject({ refusal: { statusCode: 403 } });
});

test('a number that still has the function’s own URL is heard when a proxy has come, and a strange URL is not', () => {
  const behindProxy = { authToken, publicUrl: 'https://www.coresentia.example' };
  expect(readWebhook(twilioRequest(sms), InboundSms, behindProxy)).toHaveProperty('form');
  const strange = twilioRequest(sms, { baseUrl: 'https://elsewhere.example' });
  expect(readWebhook(strange, InboundSms, behindProxy)).toMatchObject({ refusal: { statusCode: 403 } });
});

test.each(['', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', 'ü'])('refuses the signature "%s" with 403', (signature) => {
  expect(readWebhook(twilioRequest(sms, { signature }), InboundSms, security)).toEqual({ refusal: { statusCode: 403, body: '' } });
});

test('refuses a form that was changed on the way with 403', () => {
  const event = twilioRequest(sms);
  const forged = { ...event, body: Buffer.from(new URLSearchParams({ ...sms, Body: 'Bye' }).toString()).toString('base64') };
  expect(readWebhook(forged, InboundSms, security)).toMatchObject({ refusal: { statusCode: 403 } });
});

test('refuses a signed form without a sender with 400, and GET with 405', () => {
  const { From: _, ...incomplete } = sms;
  expect(readWebhook(twilioRequest(incomplete), InboundSms, security)).toMatchObject({ refusal: { statusCode: 400 } });
  expect(readWebhook(twilioRequest(sms, { method: 'GET' }), InboundSms, security)).toMatchObject({ refusal: { statusCode: 405 } });
});

test('any form, signed or not, is read or refused without throwing', () => {
  const forms = fc.dictionary(
    fc.constantFrom('MessageSid', 'From', 'To', 'Body', 'NumMedia', 'x', '__proto__'),
    fc.string({ unit: 'grapheme' }),
  );
  const property = fc.property(forms, fc.boolean(), fc.boolean(), (form, isSigned, base64) => {
    const read = readWebhook(twilioRequest(form, { base64, ...(!isSigned && { signature: 'x' }) }), InboundSms, security);
    const status = 'refusal' in read ? read.refusal.statusCode : 200;
    expect(isSigned ? [200, 400] : [403]).toContain(status);
  });
  fc.assert(property, { seed: 42, numRuns: 300 });
});

test.each(['STOP', ' stop ', 'Unsubscribe', 'HELP', 'yes', 'StopAll'])('"%s" is a keyword that Twilio answers', (body) => {
  expect(isKeyword(body)).toBe(true);
});

test.each(['please stop by tomorrow', 'yes please', '', 'helpful'])('"%s" is for us', (body) => {
  expect(isKeyword(body)).toBe(false);
});
