/** Somebody with a browser in front of the portal over fakes. */
import { serve, type ServerType } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { createApp } from '../../../functions/portal/app';
import { userId } from '../../fakes/a-run';
import { launchBrowser } from '../../support/browser';
import { world } from './world';

export const smallPhone = { viewport: { width: 320, height: 640 } };
export const noScript = { javaScriptEnabled: false };
/** Pictures to look at, if a folder for them is named. */
const pictures = process.env['PICTURES'];

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

/** One browser for a test file; each visitor has a portal and cookies of its own. */
export function useBrowser() {
  const running: { browser?: Browser } = {};
  const open: { context: BrowserContext; server: ServerType }[] = [];
  beforeAll(async () => {
    running.browser = await launchBrowser();
  }, 90_000);
  afterAll(async () => running.browser?.close());
  afterEach(async () => {
    for (const { context, server } of open.splice(0)) {
      await context.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** In front of the portal of a new world. */
  return async function visitor(options: BrowserContextOptions = {}, start: Parameters<typeof world>[0] = {}) {
    const { app: _, ...fakes } = await world(start);
    const portal: { app?: ReturnType<typeof createApp> } = {};
    const server = serve({
      fetch: (request) => portal.app?.fetch(request) ?? new Response('too early', { status: 503 }),
      port: 0,
      hostname: '127.0.0.1',
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    portal.app = createApp(start.services ?? (async () => fakes), url);
    const context = await running.browser!.newContext({ baseURL: url, ...options });
    context.setDefaultTimeout(10_000);
    open.push({ context, server });
    const signIn = () => context.addCookies([{ name: 'coresentia', value: userId, url }]);
    return { ...fakes, page: await context.newPage(), context, signIn };
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
