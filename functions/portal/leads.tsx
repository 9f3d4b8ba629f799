/** …/leads: the list, one conversation, and what a person does with it. */
import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { done, found, idParam, pageNumber, type Request } from './business';
import { pathOf } from './paths';
import { csv } from './csv';
import { stamps, zoneOf } from './local-time';
import { MessageId } from './member/database';
import { leadFilters } from './member/leads';
import { DeleteLeadPage, LeadsPage } from './pages/leads-page';
import { ThreadPage } from './pages/thread-page';
import { cleaned, cleanedFields } from './posted-fields';
import { sendReply } from './send-reply';
import type { PortalEnv } from './services';

export const leads = new Hono<PortalEnv>({ strict: false })
  .get('/leads', list)
  .get('/leads.csv', compress(), exportCsv)
  .get('/leads/:leadId', show)
  .post('/leads/:leadId/reply', reply)
  .post('/leads/:leadId/take-over', takeOver)
  .post('/leads/:leadId/outcome', mark)
  .get('/leads/:leadId/delete', askToDelete)
  .post('/leads/:leadId/delete', remove)
  .get('/leads/:leadId/:button{reply|take-over|outcome}', (c) => c.redirect(leadPath(c), 303));

const leadId = (c: Context) => idParam(c, 'leadId');
const leadPath = (c: Request) => pathOf(c.var.businessId, `/leads/${encodeURIComponent(c.req.param('leadId') ?? '')}`);
const lead = (c: Request) => ({ businessId: c.var.businessId, leadId: leadId(c) });

async function list(c: Request) {
  const search = cleaned(c.req.query('q') ?? '').slice(0, 100);
  const show = leadFilters.find((name) => name === c.req.query('show')) ?? 'all';
  const page = pageNumber(c);
  const shown = found(await c.var.member.leadList({ businessId: c.var.businessId, search, show, page }));
  return c.html(<LeadsPage list={shown} search={search} show={show} page={page} note={c.req.query('done')} />);
}

/** `before`: the id of a message, for the texts before it. */
async function show(c: Request) {
  const before = MessageId.safeParse(c.req.query('before')).data ?? null;
  const thread = found(await c.var.member.leadThread(lead(c), before));
  return c.html(<ThreadPage thread={thread} note={c.req.query('done')} />);
}

/** What was typed is shown again when it cannot be sent. */
async function reply(c: Request) {
  const { body = '', formKey = '' } = await cleanedFields(c);
  const outcome = await sendReply({ ...lead(c), body, formKey, userId: c.var.userId }, c.var);
  if (outcome.problem === null) return done(c, leadPath(c), outcome.note);
  const thread = found(await c.var.member.leadThread(lead(c)));
  return c.html(<ThreadPage thread={thread} draft={body} problem={outcome.problem} />, 422);
}

async function takeOver(c: Request) {
  const taken = (await cleanedFields(c))['taken'] === 'yes';
  found(await c.var.member.takeOver(lead(c), taken));
  return done(c, leadPath(c), taken ? 'taken-over' : 'handed-back');
}

async function mark(c: Request) {
  const { outcome: typed } = await cleanedFields(c);
  const outcome = typed === 'won' || typed === 'lost' ? typed : null;
  found(await c.var.member.markLead(lead(c), outcome));
  return done(c, leadPath(c), 'marked');
}

async function askToDelete(c: Request) {
  return c.html(<DeleteLeadPage thread={found(await c.var.member.leadThread(lead(c)))} />);
}

async function remove(c: Request) {
  found(await c.var.member.deleteLead(lead(c)));
  return done(c, pathOf(c.var.businessId, '/leads'), 'lead-deleted');
}

/** Lambda answers with 6 MB at most; two busy years of texts are more, and a fifth of that compressed. */
async function exportCsv(c: Request) {
  const { frame, rows, total } = found(await c.var.member.exportLeads(c.var.businessId));
  const zone = zoneOf(frame.business);
  const stamp = stamps(zone);
  const head = ['Lead', 'Name', 'Number', 'Since', 'Outcome', 'Opted out', 'Kind', `When (${zone})`, 'From', 'Text'];
  const lines = rows.map((row) => [
    row.leadId,
    row.name,
    row.phone,
    stamp(row.leadSince).slice(0, '2026-11-22'.length),
    row.outcome,
    row.optedOut ? 'yes' : 'no',
    row.label,
    row.at && stamp(row.at),
    row.direction === null ? null : row.direction === 'inbound' ? 'lead' : 'business',
    row.body,
  ]);
  const rest = total > rows.length ? [[`The ${total - rows.length} oldest texts are not in this table. Ask us for them.`]] : [];
  return csv(c, { name: 'leads', rows: [head, ...rest, ...lines] });
}
