/**
 * SOP step 7: does the dashboard load, show the demo booking and the numbers, and does the calendar work? Looked at over HTTP as a member, through
 * a person who exists for a moment and leaves no trace. https://supabase.com/docs/reference/javascript/auth-admin-deleteuser
 */
import { describeError, TerminalError, TransientError } from './errors';
import { newSignInLink } from './fresh-links';
import { portalLink } from './link';
import { log } from './log';
import type { Services } from './ports';

type Uses = Pick<Services, 'identity' | 'logins' | 'systemTests'>;

interface Check {
  runId: string;
  businessId: string;
  businessName: string;
  portalUrl: string;
}

/** Throws `DashboardBroken`, saying which page lacks what, and `TransientError` while the portal does not answer. Idempotent: an attempt that died is tidied up by the next. */
export async function checkDashboard(check: Check, services: Uses): Promise<void> {
  const email = `system-test-${check.runId}@test.invalid`;
  const userId = await testPerson(email, services);
  try {
    await lookAs(userId, check, services);
  } catch (error) {
    // What cannot be tidied up stands in the log, and must not hide what was found: the operator is told that.
    await tidyUp(check.runId, userId, services).catch(() => undefined);
    throw error;
  }
  await tidyUp(check.runId, userId, services);
}

async function lookAs(userId: string, check: Check, services: Uses): Promise<void> {
  const leftOver = await services.systemTests.beginIdentity({ runId: check.runId, userId });
  if (leftOver) await services.identity.deleteUser(leftOver);
  const { url } = await newSignInLink({ userId, portalUrl: check.portalUrl }, services);
  await lookAround(check, url);
}

async function testPerson(email: string, { identity, logins }: Uses): Promise<string> {
  const created = await identity.createUser(email);
  if (created !== 'exists') return created.userId;
  const userId = await logins.userIdOf(email);
  if (!userId) throw new TransientError('the test person is there and cannot be found');
  return userId;
}

/** What fails here is tidied up by the next attempt, and by the one after a redrive. */
async function tidyUp(runId: string, userId: string, { identity, systemTests }: Uses): Promise<void> {
  try {
    await systemTests.endIdentity(runId);
    await identity.deleteUser(userId);
  } catch (error) {
    log.error('the test person of step 7 could not be taken away', { runId, ...describeError(error) });
    throw error;
  }
}

async function lookAround({ businessId, businessName, portalUrl }: Check, link: string): Promise<void> {
  const visitor = new Visitor(portalUrl);
  await visitor.press(link);
  const home = portalLink(portalUrl, `/dashboard/${businessId}`);
  const dashboard = await visitor.open(home);
  expectWords('the dashboard', dashboard, [escaped(businessName), 'Your number', 'Leads this week', 'Reply rate', 'Demo booking']);
  expectWords('the calendar', await visitor.open(`${home}/calendar`), ['Week of', 'New booking']);
  expectWords('the demo booking', await visitor.open(`${home}/calendar/demo`), ['This is the demo']);
}

/** As the pages write it. */
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

function expectWords(page: string, html: string, words: string[]): void {
  const missing = words.flatMap((word, index) =>
    html.includes(word) ? [] : [index === 0 && page === 'the dashboard' ? 'the business' : word],
  );
  if (missing.length > 0) throw new TerminalError('DashboardBroken', `${page} does not show: ${missing.join(', ')}`);
}

/** Six requests of at most 4 s are less than the function's 30 s. */
const timeoutMs = 4_000;

/** As much of a browser as it takes: cookies, forms, redirects. */
class Visitor {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(portalUrl: string) {
    this.#origin = new URL(portalUrl).origin;
  }

  /** The one button of a page. */
  async press(url: string): Promise<void> {
    const { status } = await this.#request(url, { method: 'POST', body: new URLSearchParams() });
    if (status !== 303) throw new TerminalError('DashboardBroken', `the link to sign in is answered with ${status}`);
  }

  async open(url: string): Promise<string> {
    const answer = await this.#request(url, {});
    const location = answer.headers.get('location');
    if (answer.status === 303 && location) return this.open(new URL(location, url).href);
    if (answer.status !== 200) throw new TerminalError('DashboardBroken', `${pageOf(url)} is answered with ${answer.status}`);
    return answer.text();
  }

  async #request(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, origin: this.#origin };
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual', signal }).catch(() => {
      throw new TransientError('the portal does not answer');
    });
    if ([429, 502, 503, 504].includes(answer.status)) throw new TransientError(`the portal answers ${answer.status}`);
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** Never the path of a link, which is a secret. */
const pageOf = (url: string) => new URL(url).pathname.replace(/^\/dashboard\/[^/]+/, 'the dashboard');
