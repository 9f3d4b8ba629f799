/** What an inbound SMS costs on the laptop stack: signed webhooks at 20 a second at the function's own URL, the model's time aside. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { startLaptop } from '../../local/laptop';
import { defaultJobDuration, defaultTravelBuffer, defaultWorkingHours } from '../../shared/working-hours';

const PER_SECOND = 20;
const SECONDS = 30;
const number = '+61480000042';
const texts = ['Hi, my kitchen tap is leaking', 'Marrickville', 'tomorrow if you can', 'yes please', 'thanks'];

/** Milliseconds. */
export interface SmsFigures {
  p50: number;
  p99: number;
  failures: number;
}

/** Measures and prints each figure beside its goal. */
export async function benchSms(): Promise<SmsFigures> {
  const laptop = await startLaptop({ dataDir: undefined, cacheDir: '.local/cache', firstPort: 0, vendors: {}, say: () => undefined });
  try {
    const { smsWebhook, supabase, keys } = laptop.endpoints;
    await aBusiness(supabase, keys.supabaseSecret);
    const send = (from: string, body: string) => post(smsWebhook, { authToken: keys.twilioAuthToken, form: formOf(from, body) });
    // Steady state: a handful of instances is up, as it is on any day with twenty texts a second.
    for (let warm = 0; warm < 10; warm += 1) await Promise.all([0, 1, 2, 3].map((phone) => send(`+6140000000${phone}`, `hello ${warm}`)));
    const took: number[] = [];
    let failures = 0;
    const one = async (index: number) => {
      const began = performance.now();
      const isAnswered = await send(`+614${String(10_000_000 + Math.floor(index / texts.length))}`, texts[index % texts.length] ?? '');
      took.push(performance.now() - began);
      if (!isAnswered) failures += 1;
    };
    await openLoop(PER_SECOND * SECONDS, one);
    took.sort((a, b) => a - b);
    const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
    const figures = { p50: at(0.5), p99: at(0.99), failures };
    report('ms p50 of an SMS at 20/s', figures.p50, 60);
    report('ms p99 of an SMS at 20/s', figures.p99, 250);
    report('SMS that failed', failures, 1);
    return figures;
  } finally {
    await laptop.close();
  }
}

function report(what: string, figure: number, goal: number): void {
  console.log(`sms: ${figure.toFixed(1)} ${what} (goal < ${goal}: ${figure < goal ? 'reached' : 'MISSED'})`);
}

/** Texts come when they come: a slow answer does not hold back the next. A lead's texts are a second and more apart. */
async function openLoop(count: number, one: (index: number) => Promise<void>): Promise<void> {
  const order = Array.from({ length: count }, (_, index) => index).sort((a, b) => (a % texts.length) - (b % texts.length));
  const running = order.map(async (index, place) => {
    await new Promise((resolve) => setTimeout(resolve, (place * 1000) / PER_SECOND));
    await one(index);
  });
  await Promise.all(running);
}

function formOf(from: string, body: string): Record<string, string> {
  return { MessageSid: `SM${randomUUID().replaceAll('-', '')}`, From: from, To: number, Body: body, NumMedia: '0' };
}

async function post(url: string, { authToken, form }: { authToken: string; form: Record<string, string> }): Promise<boolean> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': getExpectedTwilioSignature(authToken, url, form),
  };
  const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  await answer.text();
  return answer.status === 200;
}

async function aBusiness(url: string, secretKey: string): Promise<void> {
  const client = createClient(url, secretKey, { auth: { persistSession: false } });
  const id = randomUUID();
  const business = { id, business_name: 'Bench Plumbing', phone_number: number, status: 'active', time_zone: 'Australia/Sydney' };
  const settings = {
    working_hours: defaultWorkingHours,
    default_travel_buffer: defaultTravelBuffer,
    default_job_duration: defaultJobDuration,
  };
  for (const { error } of [
    await client.from('businesses').insert(business),
    await client.from('business_settings').insert({ business_id: id, ...settings }),
  ]) {
    if (error) throw new Error(error.message);
  }
}

if (basename(process.argv[1] ?? '') === 'sms.js') void benchSms();
