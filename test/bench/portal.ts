/** What a page of a busy business costs: the portal in this process, the real SQL behind its HTTP, 1,000 leads with six texts each. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { createApp } from '../../functions/portal/app';
import { supabaseSession } from '../../functions/portal/session';
import { openKernel } from '../../local/kernel/kernel';
import { startSupabase, type Supabase } from '../../local/supabase/server';
import { defaultJobDuration, defaultTravelBuffer, defaultWorkingHours } from '../../shared/working-hours';
import { world } from '../functions/portal/world';

const LEADS = 1000;
const TEXTS = 6;
const ROUNDS = 40;
const GOAL_MS = 50;
const baseUrl = 'https://portal.example';
const email = 'owner@bench.example';
const password = 'waters the ferns';

/** By page: median milliseconds of the server's answer, and bytes. */
export type PortalFigures = Record<string, { p50: number; bytes: number }>;

/** Measures and prints each page beside its goal and as a multiple of the lightest one, which is nearly all round trips. */
export async function benchPortal(): Promise<PortalFigures> {
  const kernel = openKernel(undefined);
  const supabase = await startSupabase(kernel, { port: 0, migrations: 'supabase/migrations', cacheDir: '.local/cache' });
  try {
    const { businessId, leadId } = await aBusyBusiness(supabase);
    const get = await signedIn(supabase);
    const home = `/dashboard/${businessId}`;
    const paths = {
      walkthrough: `${home}/walkthrough`,
      dashboard: home,
      leads: `${home}/leads`,
      'search for a rare word': `${home}/leads?q=9997`,
      conversation: `${home}/leads/${leadId}`,
      calendar: `${home}/calendar`,
      settings: `${home}/settings`,
    };
    const figures: PortalFigures = {};
    for (const [name, path] of Object.entries(paths)) figures[name] = await measured(() => get(path));
    report(figures);
    return figures;
  } finally {
    await supabase.close();
    await kernel.close();
  }
}

function report(figures: PortalFigures): void {
  const lightest = figures['walkthrough']?.p50 ?? 1;
  for (const [name, { p50, bytes }] of Object.entries(figures)) {
    const goal = p50 < GOAL_MS ? 'reached' : 'MISSED';
    const weight = `${(bytes / 1024).toFixed(1)} KB`;
    console.log(`portal: ${p50.toFixed(1)} ms p50 of ${name} (goal < ${GOAL_MS}: ${goal}), × ${(p50 / lightest).toFixed(1)}, ${weight}`);
  }
}

async function measured(get: () => Promise<string>): Promise<{ p50: number; bytes: number }> {
  for (let warm = 0; warm < 15; warm += 1) await get();
  const took: number[] = [];
  let page = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    page = await get();
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return { p50: took[ROUNDS / 2] ?? 0, bytes: Buffer.byteLength(page) };
}

/** The portal with the real session; everything that a GET does not need is a fake. */
async function signedIn({ url, publishableKey }: Supabase): Promise<(path: string) => Promise<string>> {
  const { app: _, ...fakes } = await world();
  const app = createApp(async () => ({ ...fakes, session: (c) => supabaseSession(c, { url, publishableKey }) }), baseUrl);
  const body = new URLSearchParams({ email, password });
  const answer = await app.request('/sign-in', { method: 'POST', headers: { origin: baseUrl }, body });
  if (answer.status !== 303) throw new Error(`signing in is answered with ${answer.status}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return async (path) => {
    const page = await app.request(path, { headers: { cookie } });
    if (page.status !== 200) throw new Error(`${path} is answered with ${page.status}`);
    return page.text();
  };
}

async function aBusyBusiness({ url, secretKey }: Supabase): Promise<{ businessId: string; leadId: string }> {
  const client = createClient(url, secretKey, { auth: { persistSession: false } });
  const { data, error } = await client.auth.admin.createUser({ email, password, email_confirm: true });
  if (error) throw error;
  const businessId = randomUUID();
  const created_at = new Date().toISOString();
  const settings = { default_travel_buffer: defaultTravelBuffer, default_job_duration: defaultJobDuration };
  const business = { id: businessId, business_name: 'Bench Plumbing', phone_number: '+61480000042', status: 'active' };
  await insert(client, 'businesses', [{ ...business, time_zone: 'Australia/Sydney' }]);
  await insert(client, 'business_settings', [{ business_id: businessId, working_hours: defaultWorkingHours, ...settings }]);
  await insert(client, 'business_members', [{ business_id: businessId, user_id: data.user.id, role: 'owner', created_at }]);
  const leads = Array.from({ length: LEADS }, (_, index) => aLead(businessId, index));
  await insert(client, 'leads', leads);
  const texts = leads.flatMap((lead) => Array.from({ length: TEXTS }, (_, index) => aText(lead, index)));
  for (let from = 0; from < texts.length; from += 1000) await insert(client, 'messages', texts.slice(from, from + 1000));
  return { businessId, leadId: leads[0]?.id ?? '' };
}

/** One every 40 minutes, the newest first: all within the 30 days that the numbers are about. */
function aLead(businessId: string, index: number) {
  const created = new Date(Date.now() - (index + 1) * 40 * 60_000).toISOString();
  const phone = `+6141${String(index).padStart(7, '0')}`;
  return { id: randomUUID(), business_id: businessId, phone, name: `Lead ${index}`, created_at: created, last_message_at: created };
}

function aText({ id, business_id, phone, created_at }: ReturnType<typeof aLead>, index: number) {
  const at = new Date(Date.parse(created_at) + index * 30_000).toISOString();
  const isInbound = index % 2 === 0;
  const body = `Text ${index} of ${phone}: my kitchen tap is leaking, could somebody have a look this week?`;
  const direction = isInbound ? 'inbound' : 'outbound';
  return { business_id, lead_id: id, direction, body, message_sid: isInbound ? `SM${id}-${index}` : null, created_at: at };
}

async function insert(client: SupabaseClient, table: string, rows: readonly object[]): Promise<void> {
  const { error } = await client.from(table).insert(rows as never);
  if (error) throw new Error(`${table}: ${error.message}`);
}

if (basename(process.argv[1] ?? '') === 'portal.js') void benchPortal();
