/** Pictures of the portal: what a client sees on a phone on the first day, and the operator's board. */
import type { Page } from 'playwright-core';
import type { LocalOperator } from './operator';
import { onPage, shoot, type Studio } from './studio';

/** `page` shows the dashboard of somebody who has just chosen a password. */
export async function takeClientsPages(page: Page): Promise<void> {
  const home = page.url().split('?')[0] ?? '';
  await shoot(page, 'dashboard');
  await page.goto(`${home}/walkthrough`);
  await shoot(page, 'walkthrough');
  await page.goto(`${home}/leads`);
  await page.locator('.lines .head a').first().click();
  await page.locator('.thread').waitFor();
  await shoot(page, 'conversation');
  await page.goto(`${home}/calendar`);
  await shoot(page, 'calendar');
  await page.goto(`${home}/settings`);
  await shoot(page, 'settings');
}

interface Board {
  /** The portal's address. */
  portal: string;
  operator: LocalOperator;
}

/** A run that is stuck stands on it by then. */
export async function takeOperatorsBoard(studio: Studio, { portal, operator }: Board): Promise<void> {
  await onPage(studio, { viewport: { width: 1200, height: 760 } }, async (page) => {
    await page.goto(`${portal}/sign-in`);
    const form = page.locator('form[action="/sign-in"]');
    await form.locator('[name=email]').fill(operator.email);
    await form.locator('[name=password]').fill(operator.password);
    await form.locator('button').click();
    await page.locator('tr.stuck').first().waitFor();
    await shoot(page, 'operator-board');
  });
}
