/** Somebody with a browser in front of the portal over fakes. */
import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { createApp } from '../../../functions/portal/app';
import { userId } from '../../fakes/a-run';
import { launchBrowser } from '../../support/browser';
import { world } from './world';

type Start = NonNullable<Parameters<typeof world>[0]>;

export const smallPhone = { viewport: { width: 320, height: 640 } };
export const noScript = { javaScriptEnabled: false };
/** Pictures to look at, if a folder for them is named. */
const pictures = process.env['PICTURES'];

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

type App = ReturnType<typeof createApp>;

/** An address, and whichever portal stands behind it. */
async function openDoor() {
  const behind: { app?: App } = {};
  const server = serve({
    fetch: (request) => behind.app?.fetch(request) ?? new Response('too early', { status: 503 }),
    port: 0,
    hostname: '127.0.0.1',
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, behind, close: () => new Promise((resolve) => server.close(resolve)) };
}
type Door = Awaited<ReturnType<typeof openDoor>>;

/** Puts the portal of a new world behind the door. */
async function moveIn({ url, behind }: Door, start: Start) {
  const { app: _, ...fakes } = await world(start);
  behind.app = createApp(start.services ?? (async () => fakes), url);
  return fakes;
}

async function openWindow(browser: Browser, { url }: Door, options: BrowserContextOptions) {
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(10_000);
  const signIn = () => context.addCookies([{ name: 'coresentia', value: userId, url }]);
  return { context, signIn, page: await context.newPage() };
}

/** One browser for a test file; each visitor has a portal and cookies of its own. */
export function useBrowser() {
  const running: { browser?: Browser } = {};
  const open: { context: BrowserContext; door: Door }[] = [];
  beforeAll(async () => {
    running.browser = await launchBrowser();
  }, 90_000);
  afterAll(async () => running.browser?.close());
  afterEach(async () => {
    for (const { context, door } of open.splice(0)) {
      await context.close();
      await door.close();
    }
  });

  /** In front of the portal of a new world. */
  return async function visitor(options: BrowserContextOptions = {}, start: Start = {}) {
    const door = await openDoor();
    const fakes = await moveIn(door, start);
    const window = await openWindow(running.browser!, door, options);
    open.push({ context: window.context, door });
    return { ...fakes, ...window };
  };
}

/** One window for a test file, in which every page has the script: a new window, or reading a long script anew, costs more than most pages do. */
export function useWindow({ options, script }: { options: BrowserContextOptions; script: string }) {
  const running: { browser?: Browser; door?: Door; window?: Awaited<ReturnType<typeof openWindow>> } = {};
  beforeAll(async () => {
    running.browser = await launchBrowser();
    running.door = await openDoor();
    running.window = await openWindow(running.browser, running.door, options);
    await running.window.page.addInitScript(script);
  }, 90_000);
  afterAll(async () => {
    await running.browser?.close();
    await running.door?.close();
  });

  /** In front of the portal of a new world, as somebody who has not been there: no cookies, colours as they are to begin with. */
  return async function visitor(start: Start = {}) {
    const window = running.window!;
    await window.context.clearCookies();
    await window.page.emulateMedia({ colorScheme: null });
    return { ...(await moveIn(running.door!, start)), ...window };
  };
}

/** Types into fields by their names; `on` ticks a box. */
export async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name="${name}"]`);
    const kind = await field.evaluate((element) => `${element.tagName} ${element.getAttribute('type') ?? ''}`.toLowerCase());
    if (kind.startsWith('select')) await field.selectOption(value);
    else if (kind.endsWith('checkbox')) await field.check();
    else await field.fill(value);
  }
}
