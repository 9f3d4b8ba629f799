import { lookAtAll, repairWebhooks } from '../../../infra/operator/audit-look';
import { TransientError } from '../../../shared/errors';
import { fakeAccounting } from '../../fakes/accounting';
import { fakeAuditBooks } from '../../fakes/audits';
import { fakeScreenings } from '../../fakes/screenings';
import { fakeTelephony } from '../../fakes/telephony';

const runId = '11111111-0000-4000-8000-000000000000';
const webhooks = { smsUrl: 'https://a/sms', smsFallbackUrl: 'https://a/fb', voiceUrl: 'https://a/v', statusCallback: 'https://a/s' };
const drifted = (sid: string) => ({
  sid,
  e164: `+6148000000${sid.at(-1)}`,
  tag: `run-${runId}`,
  smsMethod: 'POST',
  ...webhooks,
  smsUrl: '',
});

function world() {
  const telephony = fakeTelephony({ owned: [drifted('PN1')] });
  const row = { runId, e164: '+61480000001', sid: 'PN1', state: 'configured', since: '2026-11-01T00:00:00Z' };
  return {
    telephony,
    accounting: fakeAccounting(),
    auditBooks: fakeAuditBooks({ numbers: { numbers: [row], businesses: [] } }),
    screenings: fakeScreenings(),
    settings: { webhooks, testNumber: '+61480000099', tenantIds: ['t1'] },
  };
}

test('looks at everything and changes nothing', async () => {
  const services = world();
  const { findings, failures } = await lookAtAll(services, new Date('2026-11-22T00:00:00Z'));
  expect(findings.map(({ kind, subject }) => [kind, subject])).toEqual([['number-misrouted', 'PN1']]);
  expect(failures).toEqual([]);
  expect(services.telephony.owned).toEqual([drifted('PN1')]);
});

test('a vendor that is down is named, and the others are looked at', async () => {
  const services = world();
  services.accounting.paidInvoicesSince = async () => {
    throw new TransientError('Xero answered 503');
  };
  const { findings, failures } = await lookAtAll(services, new Date());
  expect([findings.length, failures]).toEqual([1, [{ audit: 'deposits', error: 'Xero answered 503' }]]);
});

test('a repair is read back, and stands in the trail', async () => {
  const services = world();
  expect(await repairWebhooks(['PN1'], services, 'Maya')).toEqual(['PN1']);
  expect(services.telephony.owned[0]).toMatchObject(webhooks);
  expect(services.auditBooks.repairs).toEqual([{ sid: 'PN1', by: 'Maya' }]);
});

test('a number that does not keep its settings ends the repair, without a word in the trail', async () => {
  const services = world();
  services.telephony.configure = async () => drifted('PN1');
  await expect(repairWebhooks(['PN1', 'PN2'], services, 'Maya')).rejects.toThrow('PN1 does not keep smsUrl');
  expect(services.auditBooks.repairs).toEqual([]);
});
