/** /operator: CoreSentia's own people. To everybody else there is nothing here. */
import { Hono } from 'hono';
import { describeError } from '../../../shared/errors';
import { log } from '../../../shared/log';
import { OnboardingForm } from '../../../shared/onboarding-form';
import { australianPhone } from '../../../shared/phone';
import { ownStage } from '../../../shared/stage';
import { MessageId } from '../member/database';
import { done, found, idParam, pageNumber, type Request, signedIn } from '../business';
import { csv } from '../csv';
import { emptyFields, parseForm, typedOf } from '../form-fields';
import { AuditsPage } from '../pages/operator-audits-page';
import { CorrectFormPage } from '../pages/operator-correct-page';
import { BoardPage, ChecklistPage, ClientsPage } from '../pages/operator-lists';
import { OperatorRunPage } from '../pages/operator-run-page';
import { FeedbackListPage, FlaggedPage, OperatorLeadsPage, OperatorThreadPage } from '../pages/operator-watch-pages';
import { cleaned, cleanedFields } from '../posted-fields';
import type { PortalEnv } from '../services';
import { MailDecision, settledNote } from './mails';
import { offboarding } from './offboarding';
import { clientStatuses, feedbackStatuses, resendKinds } from './operator';
import { resend, resendFailure } from './resend';

export const operator = new Hono<PortalEnv>({ strict: false })
  .use(signedIn)
  .get('/', board)
  .route('/', offboarding)
  .get('/clients', clients)
  .get('/clients.csv', clientsCsv)
  .get('/audits', (c) => audits(c))
  .post('/audits/mails/:mailId', settleFound)
  .get('/audits/*', (c) => c.redirect('/operator/audits', 303))
  .get('/feedback', feedback)
  .post('/feedback/:feedbackId', setFeedback)
  .get('/feedback/:feedbackId', flagged)
  .get('/runs/:runId', (c) => run(c))
  .get('/runs/:runId/checklist', checklist)
  .post('/runs/:runId/note', note)
  .post('/runs/:runId/resend', sendAgain)
  .post('/runs/:runId/approve', approve)
  .get('/runs/:runId/correct', correct)
  .post('/runs/:runId/correct', saveCorrection)
  .post('/runs/:runId/mails/:mailId', settle)
  .get('/businesses/:businessId/leads', leads)
  .get('/businesses/:businessId/leads/:leadId', thread)
  .get('/runs/:runId/*', (c) => c.redirect(runPath(c), 303));

const runId = (c: Request) => idParam(c, 'runId');
const runPath = (c: Request) => `/operator/runs/${runId(c)}`;
const readRun = async (c: Request) => found(await c.var.session.operator.runPage(runId(c)));
const typedSearch = (c: Request) => cleaned(c.req.query('q') ?? '').slice(0, 100);
/** A phone number as people type it is looked for as it is kept. */
const searchOf = (c: Request) => australianPhone(typedSearch(c)) ?? typedSearch(c);

async function board(c: Request) {
  const { operator } = c.var.session;
  const wish = { search: searchOf(c), isStuckOnly: c.req.query('stuck') === 'yes', page: pageNumber(c) };
  const [shown, watched] = await Promise.all([operator.board(wish), operator.watchList()]);
  return c.html(<BoardPage {...wish} search={typedSearch(c)} board={found(shown)} watched={found(watched)} />);
}

async function run(c: Request, problem?: string, status: 422 | 503 = 422) {
  const page = await readRun(c);
  return c.html(<OperatorRunPage page={page} note={c.req.query('done')} problem={problem} />, problem ? status : 200);
}

async function checklist(c: Request) {
  return c.html(<ChecklistPage report={(await readRun(c)).report} />);
}

async function note(c: Request) {
  const { text = '' } = await cleanedFields(c);
  const outcome = found(await c.var.session.operator.addNote(runId(c), text));
  return outcome === 'done' ? done(c, runPath(c), 'note-saved') : run(c, 'Write a note of at most 2,000 characters.');
}

const resendProblems = {
  'form-is-there': 'The form is there already, so there is nothing to invite to.',
  'no-login': 'There is no login yet.',
  kind: 'Choose what to send.',
};

async function sendAgain(c: Request) {
  const { kind: typed } = await cleanedFields(c);
  const kind = found(resendKinds.find((name) => name === typed));
  const planned = found(await c.var.session.operator.planResend(runId(c), kind));
  if (typeof planned === 'string') return run(c, resendProblems[planned]);
  try {
    await resend({ ...planned, kind, runId: runId(c) }, c.var);
  } catch (error) {
    log.error('a mail that the operator sends again has not surely gone out', { runId: runId(c), kind, ...describeError(error) });
    return run(c, resendFailure(error), 503);
  }
  return done(c, runPath(c), 'invite-sent');
}

async function approve(c: Request) {
  const outcome = found(await c.var.session.operator.approveForm(runId(c)));
  return outcome === 'done' ? done(c, runPath(c), 'reviewed') : run(c, 'There is no form yet.');
}

async function correct(c: Request) {
  const { submission, report } = await readRun(c);
  const form = OnboardingForm.safeParse(found(submission).form);
  return c.html(<CorrectFormPage report={report} typed={form.success ? typedOf(form.data) : emptyFields()} />);
}

async function saveCorrection(c: Request) {
  const typed = await cleanedFields(c);
  const { report } = await readRun(c);
  const parsed = parseForm(typed);
  if ('problems' in parsed) return c.html(<CorrectFormPage report={report} typed={typed} problems={parsed.problems} />, 422);
  const outcome = found(await c.var.session.operator.correctForm(runId(c), parsed.form));
  return outcome === 'done' ? done(c, runPath(c), 'corrected') : run(c, 'There is no form yet.');
}

async function settle(c: Request) {
  const { mails } = await readRun(c);
  const { id } = found(mails.find((mail) => mail.id === idParam(c, 'mailId')));
  return settleMail(c, id, { path: runPath(c), refuse: run });
}

/** Of a finding: the mail may belong to no run. */
async function settleFound(c: Request) {
  return settleMail(c, idParam(c, 'mailId'), { path: '/operator/audits', refuse: audits });
}

/** `path`: the page that it was said on. */
async function settleMail(c: Request, mailId: string, page: { path: string; refuse: (c: Request, problem: string) => Promise<Response> }) {
  const decision = found(MailDecision.safeParse((await cleanedFields(c))['decision']).data);
  const settled = found(await c.var.session.operator.settleMail(mailId, decision));
  return typeof settled === 'string'
    ? page.refuse(c, 'This mail is settled already, or on its way just now.')
    : done(c, page.path, settledNote(settled, decision));
}

const statusOf = (c: Request) => clientStatuses.find((name) => name === c.req.query('status')) ?? null;

async function clients(c: Request) {
  const page = pageNumber(c);
  const status = statusOf(c);
  const shown = found(await c.var.session.operator.clients({ search: searchOf(c), status, page }));
  return c.html(<ClientsPage clients={shown} search={typedSearch(c)} status={status} page={page} />);
}

async function clientsCsv(c: Request) {
  const { clients: all } = found(await c.var.session.operator.clients({ search: searchOf(c), status: statusOf(c), page: null }));
  const head = ['Client', 'First name', 'E-mail', 'Phone', 'Status', 'Since', 'Live', 'Invoice', 'Business', 'Number'];
  const rows = all.map((one) => [
    one.name,
    one.firstName,
    one.email,
    one.phone,
    one.status,
    one.createdAt,
    one.liveAt,
    one.invoiceNumber,
    one.businessName,
    one.phoneNumber,
  ]);
  return csv(c, { name: 'clients', rows: [head, ...rows] });
}

async function audits(c: Request, problem?: string) {
  const shown = found(await c.var.session.operator.audits());
  return c.html(<AuditsPage audits={shown} stage={ownStage()} note={c.req.query('done')} problem={problem} />, problem ? 422 : 200);
}

async function feedback(c: Request) {
  const status = feedbackStatuses.find((name) => name === c.req.query('status')) ?? null;
  const page = pageNumber(c);
  return c.html(<FeedbackListPage list={found(await c.var.session.operator.feedback(status, page))} status={status} page={page} />);
}

async function setFeedback(c: Request) {
  const { status, shown, page = '1' } = await cleanedFields(c);
  found(await c.var.session.operator.setFeedback(idParam(c, 'feedbackId'), found(feedbackStatuses.find((name) => name === status))));
  const list = feedbackStatuses.find((name) => name === shown);
  const query = new URLSearchParams({
    ...(list && { status: list }),
    ...(/^[1-9]\d{0,4}$/.test(page) && page !== '1' && { page }),
  }).toString();
  return c.redirect(`/operator/feedback${query && `?${query}`}`, 303);
}

async function flagged(c: Request) {
  return c.html(<FlaggedPage flagged={found(await c.var.session.operator.flaggedMessage(idParam(c, 'feedbackId')))} />);
}

async function leads(c: Request) {
  const businessId = idParam(c, 'businessId');
  return c.html(<OperatorLeadsPage businessId={businessId} list={found(await c.var.session.operator.clientLeads(businessId))} />);
}

async function thread(c: Request) {
  const one = { businessId: idParam(c, 'businessId'), leadId: idParam(c, 'leadId') };
  const before = MessageId.safeParse(c.req.query('before')).data ?? null;
  const shown = found(await c.var.session.operator.clientThread(one, before));
  return c.html(<OperatorThreadPage businessId={one.businessId} thread={shown} />);
}
