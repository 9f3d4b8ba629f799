/** Our ports on the embedded Supabase with our migrations, and the way a run comes to a certain point. `npm test` builds before. */
import { randomUUID } from 'node:crypto';
import { supabaseConversations } from '../../../../shared/clients/supabase/conversations';
import { database, supabaseClient } from '../../../../shared/clients/supabase/database';
import { supabaseIdentity } from '../../../../shared/clients/supabase/identity';
import { supabaseLedger } from '../../../../shared/clients/supabase/ledger';
import { supabaseLogins } from '../../../../shared/clients/supabase/logins';
import { CLAIM_LIMIT_MS, supabaseMailLog } from '../../../../shared/clients/supabase/mail-log';
import { supabaseNoticeLog } from '../../../../shared/clients/supabase/notice-log';
import { supabaseNumberReservations } from '../../../../shared/clients/supabase/number-reservations';
import { supabaseOnboardings } from '../../../../shared/clients/supabase/onboardings';
import { supabaseRunReader } from '../../../../shared/clients/supabase/run-reader';
import { supabaseScreenings } from '../../../../shared/clients/supabase/screenings';
import { supabaseSystemTests } from '../../../../shared/clients/supabase/system-tests';
import type { Invoice } from '../../../../shared/invoice';
import type { OnboardingForm } from '../../../../shared/onboarding-form';
import { hashToken, newToken } from '../../../../shared/token';
import { defaultWorkingHours } from '../../../../shared/working-hours';
import { aForm } from '../../../fakes/a-run';
import { startRig } from '../../../local/supabase/rig';
import { migrationsFolder } from '../../../supabase/postgres';

export const tenantId = '7c3f1d7a-0000-4000-8000-000000000001';
export const start = new Date('2026-11-22T00:00:00Z');

/** Sets the clock that the clients pass to SQL. Nothing else is faked: sockets and timers stay real. */
export function setTime(time: Date | string): void {
  jest.useFakeTimers({
    now: new Date(time),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}
export function laterBy(time: { seconds?: number; minutes?: number; hours?: number; days?: number }): void {
  const { seconds = 0, minutes = 0, hours = 0, days = 0 } = time;
  setTime(new Date(Date.now() + (seconds + 60 * (minutes + 60 * (hours + 24 * days))) * 1000));
}

let people = 0;

/** An invoice of a contact that nobody has seen. */
export function anInvoice({
  contact,
  ...changes
}: Partial<Omit<Invoice, 'contact'>> & { contact?: Partial<Invoice['contact']> } = {}): Invoice {
  people += 1;
  return {
    invoiceId: randomUUID(),
    invoiceNumber: `INV-${String(people).padStart(4, '0')}`,
    tenantId,
    type: 'ACCREC',
    status: 'PAID',
    currency: 'AUD',
    totalCents: 50_000,
    amountDueCents: 0,
    amountPaidCents: 50_000,
    date: '2026-11-21',
    updatedUtc: start.toISOString(),
    reference: 'DEP-1',
    isRepeating: false,
    brandingThemeId: null,
    lines: [],
    ...changes,
    contact: {
      contactId: randomUUID(),
      name: `Client ${people} Pty Ltd`,
      firstName: 'Jo',
      email: `client${people}@example.com`,
      phone: null,
      ...contact,
    },
  };
}

export async function startPorts() {
  const rig = await startRig({ migrations: migrationsFolder });
  const client = supabaseClient({ url: rig.supabase.url, secretKey: rig.supabase.secretKey });
  const db = database(client);
  const ports = {
    conversations: supabaseConversations(db),
    identity: supabaseIdentity(client),
    ledger: supabaseLedger(db),
    logins: supabaseLogins(db),
    mailLog: supabaseMailLog(db, database(client, CLAIM_LIMIT_MS)),
    noticeLog: supabaseNoticeLog(db),
    numbers: supabaseNumberReservations(db),
    onboardings: supabaseOnboardings(db),
    runReader: supabaseRunReader(db),
    screenings: supabaseScreenings(db),
    systemTests: supabaseSystemTests(db),
  };
  const { ledger, numbers, onboardings, screenings } = ports;

  /** A claimed deposit. */
  async function aRunningRun(invoice = anInvoice()) {
    const executionId = `arn:aws:states:ap-southeast-2:000000000000:execution:provisioning:${invoice.invoiceId}`;
    await screenings.record({ invoice, verdict: 'deposit', reasons: [] });
    const { runId } = await ledger.claimInvoice({ invoiceId: invoice.invoiceId, tenantId, executionId });
    return { runId, invoice, executionId };
  }

  /** A link to the form of a run, as its hash. */
  async function aLink(runId: string, expiresAt = new Date(Date.now() + 30 * 86_400_000)) {
    const tokenHash = hashToken(newToken());
    await onboardings.createInvite({ runId, tokenHash, expiresAt });
    return tokenHash;
  }

  /** A run with its form, number and business. */
  async function aBusiness(changes: Partial<OnboardingForm> = {}) {
    const run = await aRunningRun();
    const { businessId } = await onboardings.submit({ tokenHash: await aLink(run.runId), form: aForm(changes) });
    const e164 = `+6148${String(people).padStart(7, '0')}`;
    await numbers.reserve({ runId: run.runId, e164 });
    await numbers.record({ runId: run.runId, e164, sid: `PN${run.runId.replaceAll('-', '')}`, state: 'configured' });
    await ledger.createBusiness(run.runId);
    const settings = { workingHours: defaultWorkingHours, travelBuffer: 30, jobDuration: 60 };
    await ledger.configureSettings({ runId: run.runId, ...settings });
    return { ...run, e164, businessId: businessId! };
  }

  return { ...ports, rig, tables: rig.secret, aRunningRun, aLink, aBusiness, stop: () => rig.stop() };
}
export type Ports = Awaited<ReturnType<typeof startPorts>>;

/** Rows of a table that match. */
export async function rowsOf(tables: Ports['tables'], table: string, match: Record<string, string>) {
  const { data, error } = await tables.from(table).select().match(match);
  if (error) throw new Error(error.message);
  return data;
}
