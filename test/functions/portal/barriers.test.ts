/** Every page, looked at as people do who cannot see it all, cannot use a mouse, or have a small phone. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { leadBack, unreached } from './pages';
import { fill, picture, smallPhone, useWindow } from './visitor';
import { visits } from './visits';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const visitor = useWindow({ options: { ...smallPhone, bypassCSP: true }, script: axe });

/** What axe-core complains about. Of what it is content with, which is most, it need not report each element. */
async function barriers(page: Page, options: object = {}): Promise<string[]> {
  return page.evaluate<string[]>(`axe.run(${JSON.stringify({ ...options, reporter: 'no-passes', selectors: false })})
    .then(({ violations }) => violations.map(({ id, help, nodes }) => id + ': ' + help + ': ' + nodes.map(({ html }) => html).join()))`);
}

/** What can be used on the page: of radio buttons with one name the keyboard reaches one, the arrows the others. */
const usable = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility() && !one.closest('[inert]'))
  .filter((one, index, all) => one.type !== 'radio' || (one.checked || !all.some((other) => other.name === one.name && other.checked)) &&
    all.findIndex((other) => other.type === 'radio' && other.name === one.name && other.checked === one.checked) === index)`;

/** What the Tab key does not reach, and what does not show that it has the focus. */
async function outOfReach(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(`{
    const all = window.usable = ${usable};
    window.seen = new Set();
    window.dull = new Set();
    document.addEventListener('focusin', ({ target }) => {
      window.seen.add(target);
      const { outlineStyle, boxShadow } = getComputedStyle(target);
      if (outlineStyle === 'none' && boxShadow === 'none') window.dull.add(target);
    });
    document.activeElement?.blur();
    all.length + 2 * all.filter((one) => ['time', 'date'].includes(one.type)).length;
  }`);
  // Without a look between them, which nobody needs: what has had the focus is kept above.
  await Promise.all(Array.from({ length: count + 4 }, () => page.keyboard.press('Tab')));
  return page.evaluate<string[]>(`[
    ...window.usable.filter((one) => !window.seen.has(one) && one.tabIndex >= 0).map((one) => 'not reached: ' + one.outerHTML.slice(0, 120)),
    ...[...window.dull].map((one) => 'no sign of focus: ' + one.outerHTML.slice(0, 120)),
  ]`);
}

const leadElsewhere = [
  '/',
  '/dashboard',
  '/dashboard/x/calendar/demo',
  '/dashboard/x/leads.csv',
  '/operator/clients.csv',
  '/calendar/x.ics',
];

test('every route that shows a page is visited below', () => {
  const assets = ['/assets/portal.css', '/assets/icon.svg'];
  expect(unreached('GET', [...visits.map(([, path]) => path), ...leadBack, ...leadElsewhere, ...assets])).toEqual([]);
});

test.each(visits)('%s has no barriers, light or dark, by keyboard or on 320 px', async (name, path, visit = {}) => {
  const { start, signedIn, press, open: unfold, fill: typing = {}, heading, act } = visit;
  const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { page, signIn } = await visitor(start);
  if (signedIn) await signIn();
  await page.goto(path);
  if (unfold) await page.click(`text="${unfold}"`);
  await fill(page, typing);
  if (press) await Promise.all([page.waitForEvent('load'), page.click(`text="${press}"`)]);
  await act?.(page);
  silent.mockRestore();
  const title = (await page.textContent('h1')) ?? '';
  expect(title).toBe(heading ?? title);
  expect(/Page not found|went wrong/.test(title)).toBe(['not-found', 'server-error'].includes(name));
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  expect(await page.evaluate('document.compatMode')).toBe('CSS1Compat');
  expect(await outOfReach(page)).toEqual([]);
  await picture(page, `${name}-light`);
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, `${name}-dark`);
  expect(await barriers(page, { runOnly: 'color-contrast' })).toEqual([]);
});

test('a page with a barrier would be found', async () => {
  const { page } = await visitor();
  await page.goto('/sign-in');
  await page.evaluate('document.querySelector("label").remove(); document.body.style.color = "#ddd"');
  expect((await barriers(page)).map((barrier) => barrier.split(':')[0])).toEqual(expect.arrayContaining(['color-contrast', 'label']));
  await page.evaluate(`document.querySelector('[name=password]').addEventListener('focus', (event) => event.target.blur());
    document.querySelector('[name=password]').disabled = true;
    document.querySelector('button').style.cssText = 'outline: none; box-shadow: none'`);
  expect((await outOfReach(page)).map((what) => what.split(':')[0])).toEqual(['not reached', 'no sign of focus']);
});
