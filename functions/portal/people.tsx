/** …/people: the owner invites, removes and hands over. */
import { Hono } from 'hono';
import { invitationMail } from '../../shared/mail/invitation';
import { hashToken, newToken } from '../../shared/token';
import { done, found, idParam, type Request } from './business';
import { pathOf } from './paths';
import { mailLink } from './mail-link';
import { LeavePage, PeoplePage, RemovePage } from './pages/people-page';
import { cleanedFields, isAddress } from './posted-fields';
import type { PortalEnv } from './services';

export const people = new Hono<PortalEnv>({ strict: false })
  .get('/people', async (c) => c.html(<PeoplePage data={await read(c)} note={c.req.query('done')} />))
  .post('/people/invite', invite)
  .post('/people/withdraw', withdraw)
  .get('/people/:userId/remove', ask('remove'))
  .post('/people/:userId/remove', remove)
  .get('/people/:userId/hand-over', ask('hand-over'))
  .post('/people/:userId/hand-over', handOver)
  .get('/leave', async (c) => c.html(<LeavePage frame={found(await c.var.member.frame(c.var.businessId))} />))
  .post('/leave', leave)
  .get('/people/:button{invite|withdraw}', (c) => c.redirect(pathOf(c.var.businessId, '/people'), 303));

/** Days that an invitation is good for. */
const invitationDays = 14;

const read = async (c: Request) => found(await c.var.member.people(c.var.businessId));
const peoplePath = (c: Request) => pathOf(c.var.businessId, '/people');

/** A day and business: somebody else's session must not make us write to the world. */
const mostInvitations = 40;

const refusals = {
  'too-many': 'You have invited many people today. Please try again tomorrow.',
  email: 'Enter an e-mail address like jo@example.com.au.',
  'already-a-member': 'This person is in already.',
  'too-many-people': 'A business can have 20 people and open invitations. Remove one first.',
};

async function invite(c: Request) {
  const { businessId, services, baseUrl, member } = c.var;
  const { email: typed = '' } = await cleanedFields(c);
  const email = typed.toLowerCase();
  const data = await read(c);
  const refuse = (reason: keyof typeof refusals) => c.html(<PeoplePage data={data} typed={typed} problem={refusals[reason]} />, 422);
  if (!isAddress(email)) return refuse('email');
  const hit = await services.rateLimits.hit({ key: `invite:${businessId}`, limit: mostInvitations, windowSeconds: 86_400 });
  if (!hit.allowed) return refuse('too-many');
  const token = newToken();
  const expiresAt = new Date(Date.now() + invitationDays * 86_400_000);
  const outcome = found(await member.inviteMember(businessId, { email, tokenHash: hashToken(token), expiresAt }));
  if (outcome !== 'done') return refuse(outcome);
  const invitation = {
    businessName: data.frame.business.name,
    invitedBy: data.frame.email,
    url: `${baseUrl}/invitation/${token}`,
    days: invitationDays,
  };
  const compose = () => invitationMail(services.brand, invitation);
  await mailLink({ key: `invitation:${hashToken(token)}`, template: 'invitation', runId: null, to: email, compose }, services);
  return done(c, peoplePath(c), 'invited');
}

async function withdraw(c: Request) {
  const { email = '' } = await cleanedFields(c);
  found(await c.var.member.withdrawInvitation(c.var.businessId, email));
  return done(c, peoplePath(c), 'invitation-withdrawn');
}

/** What cannot be undone by oneself is asked once more. */
function ask(what: 'remove' | 'hand-over') {
  return async (c: Request) => {
    const { frame, people: all } = await read(c);
    const person = found(all.find(({ userId }) => userId === idParam(c, 'userId')));
    return c.html(<RemovePage frame={frame} person={person} what={what} />);
  };
}

async function remove(c: Request) {
  const outcome = found(await c.var.member.removeMember(c.var.businessId, idParam(c, 'userId')));
  if (outcome !== 'done') return c.html(<PeoplePage data={await read(c)} problem="Hand the business over first." />, 409);
  return done(c, peoplePath(c), 'removed');
}

async function handOver(c: Request) {
  const outcome = found(await c.var.member.handOver(c.var.businessId, idParam(c, 'userId')));
  if (outcome !== 'done') return c.html(<PeoplePage data={await read(c)} problem="You are the owner already." />, 409);
  return done(c, pathOf(c.var.businessId), 'handed-over');
}

/** A member goes by himself. */
async function leave(c: Request) {
  const userId = found(await c.var.session.userId());
  const outcome = found(await c.var.member.removeMember(c.var.businessId, userId));
  return outcome === 'done' ? done(c, '/dashboard', 'left') : c.redirect(peoplePath(c), 303);
}
