/** /operator/offboardings and /operator/runs/:runId/offboarding: a client leaves, comes back, or is released. */
import { Hono } from 'hono';
import { describeError } from '../../../shared/errors';
import { log } from '../../../shared/log';
import type { Decision } from '../../../shared/offboarding';
import { ownStage } from '../../../shared/stage';
import { done, found, idParam, type Request } from '../business';
import { OffboardingListPage, RunOffboardingPage } from '../pages/offboarding-pages';
import { cleanedFields } from '../posted-fields';
import type { PortalEnv } from '../services';

export const offboarding = new Hono<PortalEnv>({ strict: false })
  .get('/offboardings', list)
  .get('/runs/:runId/offboarding', (c) => show(c))
  .post('/runs/:runId/offboarding', start)
  .post('/runs/:runId/offboarding/:offboardingId/start-again', startAgain)
  .post('/runs/:runId/offboarding/:offboardingId/undo', (c) => decide(c, 'undo'))
  .post('/runs/:runId/offboarding/:offboardingId/release', (c) => decide(c, 'release'))
  .get('/runs/:runId/offboarding/*', (c) => c.redirect(path(c), 303));

const runId = (c: Request) => idParam(c, 'runId');
const offboardingId = (c: Request) => idParam(c, 'offboardingId');
const path = (c: Request) => `/operator/runs/${runId(c)}/offboarding`;

async function list(c: Request) {
  return c.html(<OffboardingListPage list={found(await c.var.session.operator.offboardings())} />);
}

async function show(c: Request, problem?: string, status: 422 | 503 = 422) {
  const page = found(await c.var.session.operator.runOffboardings(runId(c)));
  return c.html(<RunOffboardingPage page={page} stage={ownStage()} note={c.req.query('done')} problem={problem} />, problem ? status : 200);
}

const startProblems = {
  reason: 'Say why, in at most 500 characters.',
  confirmation: 'That is not this client’s invoice number or business name. Nothing was done.',
  already: 'This client is being offboarded already, or has left.',
  'not-moved': 'This client’s number still points at the hand-made system: move it first, as this page says. Nothing was done.',
};

async function start(c: Request) {
  const { confirmation = '', reason = '' } = await cleanedFields(c);
  const started = found(await c.var.session.operator.offboard({ runId: runId(c), confirmation, reason }));
  if (typeof started === 'string') return show(c, startProblems[started]);
  return announce(c, started.offboardingId);
}

/** The confirmation is stored, so that nothing is lost if the bus is away: the hourly nudge announces it again. */
async function announce(c: Request, id: string) {
  try {
    await c.var.services.eventPublisher.publish([{ detailType: 'Offboarding Confirmed', detail: { offboardingId: id } }]);
  } catch (error) {
    log.error('an offboarding is not announced', { offboardingId: id, ...describeError(error) });
    return show(
      c,
      'The offboarding is noted but has not started yet. It starts by itself within the hour, or press “Start it again”.',
      503,
    );
  }
  return done(c, path(c), 'offboarding-started');
}

const restartProblems = {
  over: 'This offboarding is over.',
  'under-way': 'This offboarding is under way: nothing has failed, and its execution has not ended for all we know.',
};

async function startAgain(c: Request) {
  const outcome = found(await c.var.session.operator.restartOffboarding(offboardingId(c)));
  return typeof outcome === 'string' ? show(c, restartProblems[outcome]) : announce(c, offboardingId(c));
}

const decisionProblems = {
  decision: 'Choose what to do.',
  decided: 'This is decided already.',
  'same-person': 'You started this offboarding, so somebody else must confirm the release.',
  'too-early': 'The quarantine is not over yet.',
  confirmation: 'That is not this client’s invoice number or business name. Nothing was done.',
};

async function decide(c: Request, decision: Decision) {
  const { confirmation = '' } = await cleanedFields(c);
  const wish = { offboardingId: offboardingId(c), decision, confirmation };
  const decided = found(await c.var.session.operator.decideOffboarding(wish));
  if (typeof decided === 'string') return show(c, decisionProblems[decided]);
  if (decided.taskToken) await wake(c, decided.taskToken, decision);
  return done(c, path(c), decision === 'undo' ? 'offboarding-undone' : 'release-confirmed');
}

/** The decision is stored: the hourly nudge repeats a wake-up that was lost. */
async function wake(c: Request, taskToken: string, decision: Decision): Promise<void> {
  try {
    await c.var.services.executions.sendTaskSuccess(taskToken, { decision });
  } catch (error) {
    log.error('a decision has woken nobody yet', { offboardingId: offboardingId(c), ...describeError(error) });
  }
}
