/** A place to take pictures of the running stack, small enough for the repository. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { print } from './program';
import type { ControlRoomClient } from './rehearsal/control-room-client';
import { smallerPng } from './smaller-png';

export const folder = 'docs/images';
const MOST_BYTES = 150_000;
export const desk = { viewport: { width: 1400, height: 1060 } };
export const hand = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 };

/** What the pictures are taken of. */
export interface Studio {
  room: ControlRoomClient;
  url: string;
  browser: Browser;
}

/** A new browser window for one or more pictures. */
export async function onPage({ browser }: Studio, options: BrowserContextOptions, take: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ ...options, colorScheme: 'light', locale: 'en-AU', reducedMotion: 'reduce' });
  try {
    await take(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Throws if the picture is too heavy; `mostBytes` for one that must be large. */
export async function shoot(page: Page, name: string, mostBytes = MOST_BYTES): Promise<void> {
  const picture = smallerPng(await page.screenshot({ animations: 'disabled' }));
  const file = join(folder, `${name}.png`);
  if (picture.length > mostBytes)
    throw new Error(`${file} would have ${picture.length} bytes; a picture in the repository has at most ${mostBytes}`);
  writeFileSync(file, picture);
  print(`${file}  ${Math.round(picture.length / 1000)} KB`);
}
