import * as fc from 'fast-check';
import { parseForm, typedOf } from '../../../functions/portal/form-fields';
import { aForm } from '../../fakes/a-run';
import { typed, world, form } from './world';

const problemsOf = (changes: Record<string, string>) => {
  const parsed = parseForm(typed(changes));
  return 'problems' in parsed ? parsed.problems : {};
};
const formOf = (changes: Record<string, string> = {}) => {
  const parsed = parseForm(typed(changes));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.form;
};

test.each(['0480 000 123', '0480000123', '+61 480 000 123', '(04) 8000 0123', '0480-000-123'])('%s is a mobile', (mobile) => {
  expect(formOf({ mobile }).mobile).toBe('+61480000123');
});

test.each(['', '02 9876 5432', '1300 000 123', '+1 415 555 0100', '+64 21 123 456', '0480 000', 'ask my wife', '000'])(
  '%j is no Australian mobile',
  (mobile) => {
    expect(problemsOf({ mobile })).toEqual({ mobile: 'Enter an Australian mobile number like 0412 345 678.' });
  },
);

test.each([
  ['NSW', '2150', 'Australia/Sydney'],
  ['NSW', '2880', 'Australia/Broken_Hill'],
  ['WA', '6443', 'Australia/Eucla'],
  ['QLD', '4000', 'Australia/Brisbane'],
  ['NT', '0800', 'Australia/Darwin'],
])('in %s %s the time zone is %s', (state, postcode, timeZone) => {
  expect(formOf({ state, postcode }).timeZone).toBe(timeZone);
});

test('the client knows the time zone best', () => {
  expect(formOf({ state: 'NSW', timeZone: 'Australia/Brisbane' }).timeZone).toBe('Australia/Brisbane');
  expect(problemsOf({ timeZone: 'Europe/Berlin' })).toHaveProperty('timeZone');
});

test('a place that is wrong is not complained about as a time zone', () => {
  expect(Object.keys(problemsOf({ state: 'Ontario', postcode: '215' }))).toEqual(['state', 'postcode']);
});

test.each([
  [{ monday_start: '17:00', monday_end: '09:00' }, 'closing must be after opening'],
  [{ monday_start: '09:00', monday_end: '09:00' }, 'closing must be after opening'],
  [{ monday_start: '' }, 'enter times like'],
  [{ monday_end: '25:00' }, 'enter times like'],
  [{ monday_end: 'late' }, 'enter times like'],
])('hours such as %j do not make sense', (changes, problem) => {
  expect(problemsOf(changes as Record<string, string>)['monday']).toContain(problem);
});

test('hours of a closed day cannot be wrong', () => {
  const { saturday, sunday } = formOf({
    saturday_start: 'late',
    saturday_end: '',
    sunday_start: '17:00',
    sunday_end: '09:00',
  }).workingHours;
  expect(saturday).toEqual({ enabled: false, start: '09:00', end: '13:00' });
  expect(sunday).toEqual({ enabled: false, start: '17:00', end: '09:00' });
});

test.each([
  ['9:00', '09:00'],
  ['7.30', '07:30'],
  ['08:15:00', '08:15'],
])('the time %s is %s', (given, start) => {
  expect(formOf({ monday_start: given }).workingHours.monday.start).toBe(start);
});

test('at least one day is worked, and that is said together with all else', () => {
  const closed = Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [`${day}_enabled`, 'off']));
  expect(problemsOf(closed)).toEqual({ workingHours: 'Tick at least one day that you work.' });
  expect(Object.keys(problemsOf({ ...closed, goals: '', businessName: '' }))).toEqual(['businessName', 'workingHours', 'goals']);
});

test.each(['', ' ', '\u200b', '\u00a0\u2060'])('a name of nothing visible (%j) is no name', (businessName) => {
  expect(problemsOf({ businessName })).toHaveProperty('businessName');
});

test.each(["O'Brien & Söhne <Pty> Ltd", '電気屋', 'A1', '💈'])('%s is a name', (businessName) => {
  expect(formOf({ businessName }).businessName).toBe(businessName);
});

test.each(['jo', 'jo@', 'jo@example', 'jo @example.com', 'jo@example.com, sam@example.com', 'jo@example.com\nbcc: x@example.com'])(
  '%j is no e-mail address',
  (email) => {
    expect(problemsOf({ email })).toHaveProperty('email');
  },
);

test('what was sent can be typed again', () => {
  for (const sent of [aForm(), aForm({ state: 'WA', postcode: '6443', timeZone: 'Australia/Perth' })])
    expect(parseForm(typedOf(sent))).toEqual({ form: sent });
});

const fieldNames = [...Object.keys(typed()), 'saturday_enabled', 'sunday_enabled'];
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "' onfocus=alert(1) autofocus='",
    '</textarea><script>',
    '\0',
    '\ud800',
    '&lt;b&gt;',
    '{{7*7}}',
    'on',
    '09:00',
    'NSW',
  ),
);

test('whatever is typed, the answer is a page with all of it, escaped, or thanks; never an error of ours', async () => {
  const { post, onboardings } = await world();
  const anyForm = fc.record(Object.fromEntries(fieldNames.map((name) => [name, fc.option(anything, { nil: undefined })])));
  await fc.assert(
    fc.asyncProperty(anyForm, async (fields) => {
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<string, string>;
      const { status, html } = await post(form, given);
      expect([303, 422]).toContain(status);
      if (status === 422) for (const [name, value] of Object.entries(given)) expectShown({ html, name, value });
      expect(html).not.toMatch(/<script|onfocus=alert\(1\) autofocus='/);
    }),
    { seed: 20261122, numRuns: 300 },
  );
  expect(onboardings.state.form).toBeNull();
});

const oneAtATime = fieldNames.filter((name) => !name.endsWith('_enabled'));
test.each(oneAtATime)('whatever is typed as %s, it is stored as it is or shown again', async (name) => {
  const { post, onboardings } = await world();
  await fc.assert(
    fc.asyncProperty(anything, async (value) => {
      onboardings.state.form = null;
      const { status, html } = await post(form, typed({ [name]: value }));
      expect([303, 422]).toContain(status);
      expect(onboardings.state.form === null).toBe(status === 422);
      if (status === 422) expectShown({ html, name, value });
      expect(JSON.stringify(onboardings.state.form)).not.toMatch(/\\u0000|\\ud[89a-f]/);
    }),
    { seed: 20261122, numRuns: 60 },
  );
});

/** What a browser would show in the field; choices that the page does not have cannot be shown. */
function expectShown({ html, name, value }: { html: string; name: string; value: string }): void {
  if (['state', 'timeZone'].includes(name) || name.endsWith('_enabled')) return;
  const text = value
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
  const shown = new RegExp(`<textarea id="${name}"[^>]*>([^<]*)</textarea>|<input [^>]*name="${name}"[^>]*? value="([^"]*)"`).exec(html);
  const [, area, input] = shown ?? [];
  expect(unescaped(area ?? input ?? 'not there')).toBe(text);
}

function unescaped(html: string): string {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return html.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity);
}
