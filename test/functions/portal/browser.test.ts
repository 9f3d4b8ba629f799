import type { Page } from 'playwright-core';
import { businessId } from '../../fakes/a-run';
import { home } from './pages';
import { leadId } from './samples';
import { fill, noScript, smallPhone, useBrowser } from './visitor';
import { email, form, typed, welcome } from './world';

const visitor = useBrowser();

/** What has the focus; parts of a time field count as the field. */
function focused(page: Page): Promise<{ name: string; text: string }> {
  return page.evaluate('(({ name, textContent }) => ({ name: name ?? "", text: textContent }))(document.activeElement)');
}

test('a client with a 320 px phone and no JavaScript fills in the form, mends it, sends it and is thanked', async () => {
  const { page, onboardings } = await visitor({ ...smallPhone, ...noScript });
  await page.goto(form);
  await fill(page, typed({ mobile: '12', postcode: '', monday_end: '08:00' }));
  await page.click('text="Send"');
  expect(await page.title()).toMatch(/^Error: /);
  expect(await page.locator('.alert a').allTextContents()).toEqual([
    'Enter a postcode of four digits.',
    'Enter an Australian mobile number like 0412 345 678.',
    expect.stringContaining('Monday: closing must be after opening'),
  ]);
  expect(await page.inputValue('[name=goals]')).toBe('Miss no call');
  expect(await page.inputValue('[name=state]')).toBe('NSW');
  await page.click('.alert a >> nth=1');
  expect(page.url()).toMatch(/#mobile$/);
  await fill(page, { mobile: '0480 000 123', postcode: '2150', monday_end: '17:00' });
  await page.click('text="Send"');
  expect(page.url()).toMatch(/\/thanks$/);
  expect(await page.textContent('h1')).toBe('Thanks, Jo, we have everything we need');
  expect(await page.textContent('main')).toContain('Australia/Sydney');
  expect(onboardings.state.form).toMatchObject({ mobile: '+61480000123', timeZone: 'Australia/Sydney' });
  await page.click('text="Change your details"');
  await fill(page, { state: 'WA', postcode: '6000' });
  await page.click('text="Save changes"');
  expect(await page.textContent('main')).toContain('Australia/Perth');
});

test('the form can be filled in with the keyboard alone', async () => {
  const { page, onboardings } = await visitor(noScript);
  await page.goto(form);
  const answers: Record<string, string> = { ...typed(), state: 'NSW' };
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const { name, text } = await focused(page);
    if (text === 'Send') break;
    if (name === 'wednesday_enabled') await page.keyboard.press('Space');
    else if (!/_(start|end|enabled)$/.test(name)) await page.keyboard.type(answers[name] ?? '');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/thanks');
  expect(onboardings.state.form).toMatchObject({
    businessName: 'Bright Sparks Electrical',
    state: 'NSW',
    workingHours: { wednesday: { enabled: false } },
  });
});

test('after an error the keyboard starts at the summary, whose links lead to the fields', async () => {
  const { page } = await visitor();
  await page.goto(form);
  await page.focus('text="Send"');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.alert');
  expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.locator(':focus').getAttribute('name')).toBe('businessName');
});

test('the trap for robots is out of reach for people', async () => {
  const { page } = await visitor();
  await page.goto('/onboarding');
  const trap = await page.locator('.trap input').boundingBox();
  const visible = await page.locator('.trap').evaluate((element) => element.clientWidth * element.clientHeight);
  expect(trap).not.toBeNull();
  expect(visible).toBeLessThanOrEqual(1);
  const seen = new Set<string>();
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    seen.add((await focused(page)).name);
  }
  expect(seen).toContain('goals');
  expect(seen).not.toContain('remarks');
});

test('a client signs in by the link of the mail, chooses a password, sees the dashboard and signs out', async () => {
  const { page } = await visitor({ ...smallPhone, ...noScript });
  await page.goto(`/welcome/${welcome}`);
  await page.click('button');
  expect(await page.textContent('h1')).toBe('Choose a password');
  await fill(page, { password: 'waters the ferns', again: 'waters the ferns' });
  await page.click('text="Save and go to my dashboard"');
  expect(page.url()).toContain(`/dashboard/${businessId}`);
  expect(await page.textContent('.number')).toBe('0480 000 001');
  await page.click('text="Sign out"');
  await page.goto(`/dashboard/${businessId}`);
  expect(page.url()).toContain('/sign-in');
  await fill(page, { password: 'waters the ferns' });
  await page.fill('form[action="/sign-in"] [name=email]', email);
  await page.click('text="Sign in" >> nth=-1');
  expect(page.url()).toContain(`/dashboard/${businessId}`);
});

test('no page breaks its own content security policy', async () => {
  const { page, signIn } = await visitor();
  await signIn();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of [form, '/sign-in', home, `${home}/leads/${leadId}`, `${home}/calendar`, `${home}/settings/hours`])
    await page.goto(path);
  expect(complaints).toEqual([]);
});
