import { alertOwner } from '../../functions/alert-owner';
import { sendDueAlerts } from '../../functions/send-due-alerts';
import { TransientError } from '../../shared/errors';
import { newsReasons } from '../../shared/events';
import { gsm7Length } from '../../shared/gsm7';
import { alertText } from '../../shared/owner-alert';
import type { Mailer } from '../../shared/ports/aws';
import type { DueAlert } from '../../shared/ports/owner-alerts';
import type { Telephony } from '../../shared/ports/twilio';
import { dueAt } from '../../shared/quiet-hours';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { fakeOwnerAlerts } from '../fakes/owner-alerts';
import type { Script } from '../fakes/script';
import { fakeTelephony } from '../fakes/telephony';
import { fakeTextLog } from '../fakes/text-log';
import { brand } from '../shared/mail/brand';
import { errorOf } from '../support/error-of';

const at = (time: string) => jest.useFakeTimers({ now: new Date(time), advanceTimers: true });
beforeEach(() => at('2026-11-24T02:00:00Z')); // 13:00 in Sydney
afterEach(() => jest.useRealTimers());

const owner = '+61480000123';
const lead = {
  businessId: '6b0f6a3e-1111-4222-8333-444455556666',
  leadId: '0d7c1c7e-2222-4333-8444-555566667777',
  messageSid: 'SM1',
  urgent: false,
};
const portalUrl = 'https://www.coresentia.example';

interface Circumstances {
  alert?: Partial<DueAlert>;
  refusals?: Record<string, number>;
  telephony?: Script<Telephony>;
  mailer?: Script<Mailer>;
}
function world({ alert = {}, refusals = {}, telephony = {}, mailer = {} }: Circumstances = {}) {
  return {
    mailer: fakeMailer(mailer),
    mailLog: fakeMailLog(),
    ownerAlerts: fakeOwnerAlerts({ alert }),
    settings: { brand, portalUrl },
    smsStatusUrl: 'https://status.example/api/sms/status',
    telephony: fakeTelephony({ refusals, ...telephony }),
    textLog: fakeTextLog(),
  };
}

test('a new lead is told of by text and mail, with a link, once', async () => {
  const uses = world();
  await alertOwner(lead, uses);
  await alertOwner(lead, uses);
  const link = `${portalUrl}/dashboard/${lead.businessId}/leads/${lead.leadId}`;
  expect(uses.telephony.sent).toMatchObject([{ from: '+61480000001', to: owner, body: `New lead for Bright Sparks: ${link}` }]);
  expect(uses.mailer.sent).toMatchObject([{ to: 'jo@sparks.example', subject: 'New lead for Bright Sparks' }]);
  expect(uses.mailer.sent[0]?.text).toContain(link);
});

test('at night an alert waits for the morning, an urgent one does not', async () => {
  at('2026-11-24T12:00:00Z'); // 23:00 in Sydney
  const uses = world();
  await alertOwner(lead, uses);
  expect(await sendDueAlerts(uses)).toBe(0);
  await alertOwner({ ...lead, messageSid: 'SM2', urgent: true }, uses);
  expect(uses.telephony.sent).toMatchObject([{ body: expect.stringMatching(/^URGENT lead for Bright Sparks: /) }]);
  at('2026-11-24T20:00:00Z'); // 07:00
  expect(await sendDueAlerts(uses)).toBe(1);
  expect(await sendDueAlerts(uses)).toBe(0);
  expect([uses.telephony.sent.length, uses.mailer.sent.length]).toEqual([2, 2]);
});

test.each([
  ['by day at once', '2026-11-24T02:00:00Z', 'Australia/Sydney', '2026-11-24T02:00:00Z'],
  ['at 20:59 at once', '2026-11-24T09:59:00Z', 'Australia/Sydney', '2026-11-24T09:59:00Z'],
  ['from 21:00 in the morning', '2026-11-24T10:00:00Z', 'Australia/Sydney', '2026-11-24T20:00:00Z'],
  ['before 07:00 the same morning', '2026-11-24T19:59:00Z', 'Australia/Sydney', '2026-11-24T20:00:00Z'],
  ['by the clock of the west', '2026-11-24T22:00:00Z', 'Australia/Perth', '2026-11-24T23:00:00Z'],
  ['in the night that daylight saving ends', '2027-04-03T11:00:00Z', 'Australia/Sydney', '2027-04-03T21:00:00Z'],
  ['in the night that it begins', '2026-10-03T12:00:00Z', 'Australia/Sydney', '2026-10-03T20:00:00Z'],
])('%s', (...[, now, zone, due]) => {
  expect(dueAt(new Date(now), zone, false)).toEqual(new Date(due));
  expect(dueAt(new Date(now), zone, true)).toEqual(new Date(now));
});

test('who has texted STOP is told by mail, with the way back', async () => {
  const uses = world({ alert: { stopped: true, smsTo: null } });
  await alertOwner(lead, uses);
  expect(uses.telephony.sent).toEqual([]);
  expect(uses.mailer.sent[0]?.text).toMatch(/text START to 0480 000 001/);
});

test('who wants texts only is told by mail if Twilio refuses the text', async () => {
  const uses = world({ alert: { emailTo: null }, refusals: { [owner]: 21610 } });
  await alertOwner(lead, uses);
  expect(uses.textLog.reports).toMatchObject([{ ref: 'alert:alert-1', status: 'failed', errorCode: 21610 }]);
  expect(uses.mailer.sent).toHaveLength(1);
});

test('a text that may have gone out is not sent again, and a mail makes sure', async () => {
  const uses = world({ alert: { emailTo: null }, telephony: { loseResponseOf: 'sendText' } });
  await alertOwner(lead, uses);
  await alertOwner(lead, uses);
  expect([uses.telephony.sent.length, uses.mailer.sent.length]).toEqual([1, 1]);
});

test('while Twilio is away the mail goes out and the alert comes again', async () => {
  const uses = world({ telephony: { failures: { sendText: [new TransientError('away', { accepted: 'no' })] } } });
  expect((await errorOf(alertOwner(lead, uses))).name).toBe('TransientError');
  expect(uses.mailer.sent).toHaveLength(1);
  expect(uses.textLog.released).toEqual(['alert:alert-1']);
  expect(uses.ownerAlerts.rows).toMatchObject([{ isDone: false }]);
});

test('one owner’s trouble is nobody else’s', async () => {
  at('2026-11-24T12:00:00Z');
  const uses = world({ alert: { smsTo: null }, mailer: { failures: { send: [new TransientError('away', { accepted: 'no' })] } } });
  await alertOwner(lead, uses);
  await alertOwner({ ...lead, messageSid: 'SM2' }, uses);
  at('2026-11-24T21:00:00Z');
  expect((await errorOf(sendDueAlerts(uses))).message).toBe('1 alerts failed');
  expect(uses.mailer.sent).toHaveLength(1);
});

test.each(['Bright Sparks', 'The Extraordinarily Long Name of a Most Respectable Plumbing Company', '你好'])(
  'a text names %s as far as it fits',
  (businessName) => {
    for (const reason of newsReasons) {
      const body = alertText({ ...lead, businessName, reason }, portalUrl);
      expect(gsm7Length(body)).toBeLessThanOrEqual(160);
      expect(body).toContain(`/leads/${lead.leadId}`);
    }
  },
);
