import { auditRound } from '../../../shared/audit/round';
import { TransientError } from '../../../shared/errors';
import { fakeAccounting } from '../../fakes/accounting';
import { fakeAuditBooks, fakeFindings } from '../../fakes/audits';
import { fakeNoticeLog } from '../../fakes/notice-log';
import { fakeNotices } from '../../fakes/notices';
import { fakeScreenings } from '../../fakes/screenings';
import { fakeTelephony } from '../../fakes/telephony';

const now = new Date('2026-11-22T12:00:00Z');
const runId = '11111111-0000-4000-8000-000000000000';
const webhooks = { smsUrl: 'https://a/sms', smsFallbackUrl: 'https://a/fb', voiceUrl: 'https://a/v', statusCallback: 'https://a/s' };
const number = { sid: 'PN1', e164: '+61480000001', tag: `run-${runId}`, smsMethod: 'POST', ...webhooks };

function world() {
  return {
    accounting: fakeAccounting(),
    auditBooks: fakeAuditBooks(),
    findings: fakeFindings(),
    noticeLog: fakeNoticeLog(),
    notices: fakeNotices(),
    screenings: fakeScreenings(),
    telephony: fakeTelephony(),
    settings: {
      webhooks,
      testNumber: '+61480000099',
      tenantIds: ['t1'],
      boardUrl: 'https://portal.example/operator/audits',
      stage: 'prod',
    },
  };
}

test('a round that finds nothing tells nothing', async () => {
  const services = world();
  await auditRound(services, now);
  expect(services.notices.published).toEqual([]);
});

test('a finding is told of once, and again when it has been away', async () => {
  const services = world();
  services.telephony.owned.push({ ...number });
  for (let round = 0; round < 3; round += 1) await auditRound(services, now);
  expect(services.notices.published).toEqual([
    {
      subject: 'Audit: A number was bought for a run that does not have it',
      body: expect.stringMatching(
        /PN1 is called run-.*\nDo: If the run goes on, redrive it.*\n\nAll of them: https:\/\/portal\.example\/operator\/audits$/s,
      ),
    },
  ]);
  expect(services.notices.published[0]?.body).not.toContain(number.e164);
  const [gone] = services.telephony.owned.splice(0);
  await auditRound(services, now);
  expect(services.findings.rows[0]?.resolvedAt).not.toBeNull();
  services.telephony.owned.push(gone!);
  await auditRound(services, now);
  expect(services.notices.published).toHaveLength(2);
  expect(services.notices.published[1]?.body).toContain('(again)');
});

test('all that is new in a round goes into one notice', async () => {
  const services = world();
  services.telephony.owned.push({ ...number }, { ...number, sid: 'PN2', e164: '+61480000002', tag: '' });
  services.auditBooks.books.runs = [
    { runId, invoiceNumber: 'INV-1', step: 'GoLive', waitingFor: 'machine', since: '2026-11-22T09:00:00Z' },
  ];
  await auditRound(services, now);
  expect(services.notices.published.map(({ subject }) => subject)).toEqual(['Audit: 3 new findings']);
});

test('a vendor that is down keeps the other audits from nothing, its old findings stay open, and the round fails', async () => {
  const services = world();
  services.telephony.owned.push({ ...number });
  await auditRound(services, now);
  services.telephony.ownedNumbers = async () => {
    throw new TransientError('Twilio is down');
  };
  services.auditBooks.books.deposits = [{ invoiceId: runId, invoiceNumber: 'INV-2', verdict: 'deposit', since: '2026-11-22T01:00:00Z' }];
  await expect(auditRound(services, now)).rejects.toThrow('1 audits failed');
  expect(services.findings.rows.map(({ kind, resolvedAt }) => [kind, resolvedAt])).toEqual([
    ['number-orphaned', null],
    ['deposit-without-run', null],
  ]);
  expect(services.notices.published).toHaveLength(2);
});

test('a notice that did not surely go out is told of in the next round', async () => {
  const services = world();
  services.telephony.owned.push({ ...number });
  services.notices = fakeNotices({ failures: { publish: [new TransientError('SNS is down')] } });
  await expect(auditRound(services, now)).rejects.toThrow('SNS is down');
  services.noticeLog.claims.clear();
  await auditRound(services, now);
  expect(services.notices.published).toHaveLength(1);
});
