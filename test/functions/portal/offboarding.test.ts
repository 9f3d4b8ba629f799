import { runId, userId } from '../../fakes/a-run';
import { anOffboardingReport, offboardingId, operatorAnswers, someOffboardings } from './samples';
import { email, logged, world } from './world';

const home = `/operator/runs/${runId}/offboarding`;
type Start = NonNullable<Parameters<typeof world>[0]>;

/** Somebody of CoreSentia at the board. */
const board = (answers: Partial<ReturnType<typeof operatorAnswers>> | Record<string, unknown> = {}, start: Start = {}) =>
  world({ ...start, session: { people: [{ userId, email, businesses: [] }], operator: { ...operatorAnswers(), ...answers } } });
const shows = (changes: Parameters<typeof anOffboardingReport>[0]) =>
  board({ runOffboardings: someOffboardings([anOffboardingReport(changes)]) });

describe('starting', () => {
  test('stores the confirmation and announces it', async () => {
    const { signedIn, eventPublisher } = await board();
    const { status, location } = await signedIn.post(home, { confirmation: 'INV-0042', reason: 'left' });
    expect([status, location]).toEqual([303, `${home}?done=offboarding-started`]);
    expect(eventPublisher).toMatchObject({ published: [{ detailType: 'Offboarding Confirmed', detail: { offboardingId } }] });
    expect((await signedIn.get(location!)).html).toContain('The offboarding has started');
  });

  test.each([
    ['confirmation', 'not this client’s invoice number'],
    ['reason', 'Say why'],
    ['already', 'being offboarded already'],
    ['not-moved', 'still points at the hand-made system'],
  ])('that is refused for %s says so and announces nothing', async (reason, words) => {
    const { signedIn, eventPublisher } = await board({ offboard: reason });
    const { status, html } = await signedIn.post(home, { confirmation: 'x', reason: '' });
    expect([status, html.includes(words)]).toEqual([422, true]);
    expect(eventPublisher).toMatchObject({ published: [] });
  });

  test('whose event did not go out says that it has not begun, and how it will', async () => {
    const failing = { failures: { publish: [new TypeError('away')] } };
    const report = anOffboardingReport({ executionId: null, isDue: false, releaseAfter: null, mayStartAgain: true });
    const answers = { runOffboardings: someOffboardings([report]) };
    const { signedIn, eventPublisher } = await board(answers, { eventPublisher: failing });
    const log = await logged(async () => {
      const { status, html } = await signedIn.post(home, { confirmation: 'INV-0042', reason: 'left' });
      expect([status, html.includes('has not started yet'), html.includes('Start it again')]).toEqual([503, true, true]);
    });
    expect(log).toContain('not announced');
    expect((await signedIn.post(`${home}/${offboardingId}/start-again`)).status).toBe(303);
    expect(eventPublisher).toMatchObject({ published: [{ detailType: 'Offboarding Confirmed' }] });
  });
});

describe('deciding', () => {
  test.each([
    ['undo', {}, 'offboarding-undone'],
    ['release', { confirmation: 'INV-0042' }, 'release-confirmed'],
  ])('%s wakes the execution', async (decision, fields, note) => {
    const { signedIn, executions } = await board({}, { executions: { open: ['token'] } });
    expect((await signedIn.post(`${home}/${offboardingId}/${decision}`, fields)).location).toBe(`${home}?done=${note}`);
    expect(executions).toMatchObject({ woken: new Map([['token', { decision }]]) });
  });

  test('stands even if nobody can be woken now: the hourly nudge does it', async () => {
    const failing = { open: ['token'], failures: { sendTaskSuccess: [new TypeError('away')] } };
    const { signedIn } = await board({}, { executions: failing });
    await logged(async () => expect((await signedIn.post(`${home}/${offboardingId}/undo`)).status).toBe(303));
  });

  test.each(['same-person', 'too-early', 'confirmation', 'decided'])('is refused: %s', async (reason) => {
    const { signedIn, executions } = await board({ decideOffboarding: reason }, { executions: { open: ['token'] } });
    expect((await signedIn.post(`${home}/${offboardingId}/release`, { confirmation: 'x' })).status).toBe(422);
    expect(executions).toMatchObject({ woken: new Map() });
  });
});

describe('the page', () => {
  const releaseForm = `${home}/${offboardingId}/release`;

  test('offers a start to a client without an offboarding, or with one that is undone', async () => {
    const fresh = await (await board({ runOffboardings: someOffboardings([]) })).signedIn.get(home);
    const undone = await (await shows({ undoneAt: '2026-11-01T00:00:00.000Z', decision: 'undo' })).signedIn.get(home);
    const open = await (await shows({})).signedIn.get(home);
    expect([fresh, undone, open].map(({ html }) => html.includes('name="reason"'))).toEqual([true, true, false]);
  });

  test('of a client whose number has not moved says how to move it, and offers no start', async () => {
    const { html } = await (await board({ runOffboardings: someOffboardings([], true) })).signedIn.get(home);
    expect([html.includes('npm run move-number -- +61480000001'), html.includes('name="reason"')]).toEqual([true, false]);
  });

  test.each([
    ['due, started by another', {}, [true, true]],
    ['due, started by me', { startedByMe: true }, [false, true]],
    ['in quarantine', { isDue: false }, [false, true]],
    ['decided', { decision: 'release' as const, isDue: false }, [false, false]],
    ['released', { decision: 'release' as const, isDue: false, completedAt: '2026-11-22T00:00:00.000Z' }, [false, false]],
  ])('of one that is %s', async (_what, changes, offered) => {
    const { html } = await (await shows(changes)).signedIn.get(home);
    expect([html.includes(`action="${releaseForm}"`), html.includes(`${offboardingId}/undo`)]).toEqual(offered);
  });

  test.each([
    ['a step that failed', { failedStep: 'QuarantineNumber' as const, mayStartAgain: true }, 'QuarantineNumber failed'],
    [
      'an execution that ended and no step says why',
      { endedAt: '2026-10-23T00:00:00.000Z', mayStartAgain: true },
      'its execution has ended',
    ],
  ])('with %s says so, and that it can be started again', async (_what, changes, words) => {
    const { html } = await (await shows(changes)).signedIn.get(home);
    expect([html.includes(words), html.includes('after 14 days'), html.includes(`${offboardingId}/start-again`)]).toEqual([
      true,
      true,
      true,
    ]);
    const sound = await (await shows({})).signedIn.get(home);
    expect(sound.html).not.toContain('start-again');
  });

  test('shows the way that is taken, and not the other', async () => {
    const { html } = await (await shows({ decision: 'undo' })).signedIn.get(home);
    expect([html.includes('CompleteUndo'), html.includes('ReleaseNumber')]).toEqual([true, false]);
  });
});
