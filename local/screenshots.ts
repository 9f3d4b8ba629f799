/** `npm run screenshots`: takes the pictures in docs/images from a stack of its own at a moment when much goes on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/support/browser';
import { localOperator } from './operator';
import { takeClientsPages, takeOperatorsBoard } from './portal-pictures';
import { runProgram, startStack } from './program';
import { ClientJourney } from './rehearsal/client-journey';
import { ControlRoomClient } from './rehearsal/control-room-client';
import { sampleClient } from './rehearsal/sample-clients';
import { desk, folder, hand, onPage, shoot, type Studio } from './studio';
import { vendorSettings } from './vendors';

const SETUP_SECONDS = 1800;
/** Dense with small letters. */
const CONTROL_ROOM_BYTES = 300_000;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coresentia-screenshots-'));
  mkdirSync(folder, { recursive: true });
  const vendors = vendorSettings({}); // never a real vendor, whatever the environment says
  const stack = await startStack({ dataDir, cacheDir: '.local/cache', firstPort: 0, vendors, say: () => undefined });
  const browser = await launchBrowser();
  try {
    const url = stack.endpoints.controlRoom;
    const studio = { room: new ControlRoomClient(url), url, browser };
    await takeAll(studio);
    const { portal } = stack.endpoints;
    await takeOperatorsBoard(studio, { portal, operator: await localOperator(stack.endpoints) });
  } finally {
    await browser.close();
    await stack.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function takeAll(studio: Studio): Promise<void> {
  const { room } = studio;
  const [live, stuck, filling, late] = [0, 1, 2, 3].map((index) => new ClientJourney(sampleClient(index, 'p'), room));
  if (!live || !stuck || !filling || !late) throw new Error('four clients are needed');
  await post(studio, '/api/clock', { advanceSeconds: secondsToMonday() });
  await live.payDeposit();
  await room.untilIdle(SETUP_SECONDS);
  await live.fillForm();
  await room.untilIdle(SETUP_SECONDS);
  await takeDashboard(studio, live);
  await post(studio, '/api/faults', { vendor: 'twilio', call: 'createNumber', mode: 'reject', code: '21649' });
  await stuck.payDeposit();
  await room.untilIdle(SETUP_SECONDS);
  await stuck.fillForm();
  await room.untilIdle(SETUP_SECONDS);
  for (const journey of [filling, late]) await journey.payDeposit();
  await room.untilIdle(SETUP_SECONDS);
  await takeForm(studio, filling);
  await room.untilIdle(SETUP_SECONDS);
  await post(studio, '/api/deposits', { contactName: 'Ava Kelly', email: 'ava@client.example', paidCents: 20_000 });
  await post(studio, '/api/clock', { advanceSeconds: 36 * 3600 });
  await takeControlRoom(studio, live);
}

/** A week that is before everybody, whenever the pictures are taken. */
function secondsToMonday(): number {
  const monday = DateTime.now().setZone('Australia/Sydney').plus({ weeks: 1 }).startOf('week').set({ hour: 9 });
  return Math.ceil(monday.diffNow('seconds').seconds);
}

/** The client signs in by the welcome mail on a phone; two leads have texted by then. */
async function takeDashboard(studio: Studio, journey: ClientJourney): Promise<void> {
  const { room } = studio;
  const { email, lead } = journey.client;
  const number = (await room.numbers())[0]?.e164 ?? '';
  await room.text({ from: lead.phone, to: number, body: lead.text });
  await room.text({ from: '+61491570157', to: number, body: 'Do you fix gas heaters too?' });
  await room.untilIdle(SETUP_SECONDS);
  const mails = await room.mailTo(email);
  const link = mails.flatMap(({ text }) => /https?:\S+\/welcome\/\S+/.exec(text)?.[0] ?? []).at(0);
  if (!link) throw new Error('no welcome mail has come');
  await onPage(studio, hand, async (page) => {
    await page.goto(link);
    await page.locator('main button').click();
    for (const name of ['password', 'again']) await page.fill(`[name=${name}]`, 'the ferns need water');
    await page.locator('main button').click();
    await page.locator('.number').waitFor();
    await takeClientsPages(page);
  });
}

/** The client fills in the form on a phone and sends it. */
async function takeForm(studio: Studio, { client }: ClientJourney): Promise<void> {
  const mails = await studio.room.mailTo(client.email);
  const link = mails.flatMap(({ text }) => /https?:\S+\/onboarding\/\S+/.exec(text)?.[0] ?? []).at(0);
  if (!link) throw new Error('no mail with the form has come');
  await onPage(studio, hand, async (page) => {
    await page.goto(link);
    for (const [name, value] of Object.entries(client.form)) await typeInto(page, name, value);
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
    await shoot(page, 'onboarding-form');
    await page.locator('main button[type=submit]').last().click();
    await page.waitForURL('**/thanks');
  });
}

async function typeInto(page: Page, name: string, value: string): Promise<void> {
  const field = page.locator(`[name=${name}]`);
  if (name.endsWith('_enabled')) await field.check();
  else if (['state', 'timeZone'].includes(name)) await field.selectOption(value);
  else await field.fill(value);
}

/** The page at the end of day 1, with the welcome mail in it. */
async function takeControlRoom(studio: Studio, journey: ClientJourney): Promise<void> {
  const { room, url } = studio;
  const welcome = (await room.mailTo(journey.client.email)).find(({ text }) => text.includes('/welcome/'));
  const phone = encodeURIComponent(journey.client.lead.phone);
  await onPage(studio, desk, async (page) => {
    await page.goto(`${url}/?run=${journey.invoiceNumber}&phone=${phone}&mail=${welcome?.id ?? ''}`);
    await page.locator('#alerts summary').first().waitFor();
    await shoot(page, 'control-room', CONTROL_ROOM_BYTES);
  });
}

async function post({ url }: Studio, path: string, body: unknown): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url + path, init);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

void runProgram(main);
