/** …/walkthrough: five things that a new client does for real, four for a member, who has no settings. Progress is kept in the database, per person. */
import { Hono } from 'hono';
import { done, found, type Request } from './business';
import { pathOf } from './paths';
import { NotFound } from './pages/errors';
import { WalkthroughPage } from './pages/walkthrough-page';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';

export const walkthrough = new Hono<PortalEnv>({ strict: false })
  .get('/walkthrough', show)
  .post('/walkthrough/skip', skip)
  .post('/walkthrough/delete-demo', deleteDemo)
  .get('/walkthrough/:button{skip|delete-demo}', (c) => c.redirect(pathOf(c.var.businessId, '/walkthrough'), 303));

async function show(c: Request) {
  const frame = found(await c.var.member.frame(c.var.businessId));
  return c.html(<WalkthroughPage frame={frame} note={c.req.query('done')} />);
}

async function skip(c: Request) {
  const { businessId } = c.var;
  const isSkip = (await cleanedFields(c))['skip'] === 'yes';
  if (!(await c.var.member.walkthroughSkip(businessId, isSkip))) return c.html(<NotFound />, 404);
  return isSkip ? done(c, pathOf(businessId), 'skipped') : c.redirect(pathOf(businessId, '/walkthrough'), 303);
}

async function deleteDemo(c: Request) {
  const { businessId } = c.var;
  found(await c.var.member.deleteDemo(businessId));
  await c.var.member.walkthroughDone(businessId, 'delete-demo');
  return done(c, pathOf(businessId, '/walkthrough'), 'demo-deleted');
}
