/** /dashboard/[businessId]: the client's number, numbers, leads and bookings. Somebody else's business is a 404, like one that does not exist. */
import { Hono } from 'hono';
import { done, found, ofBusiness, type Request, signedIn } from './business';
import { pathOf } from './paths';
import { calendar } from './calendar';
import { feedback } from './feedback';
import { leads } from './leads';
import { DashboardPage, NoBusiness } from './pages/dashboard-page';
import { people } from './people';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';
import { settings } from './settings';
import { walkthrough } from './walkthrough';

const business = new Hono<PortalEnv>({ strict: false })
  .use(ofBusiness)
  .get('/', showDashboard)
  .post('/replies', pauseReplies)
  .get('/replies', (c) => c.redirect(pathOf(c.var.businessId), 303))
  .route('/', leads)
  .route('/', calendar)
  .route('/', walkthrough)
  .route('/', settings)
  .route('/', people)
  .route('/', feedback);

export const dashboard = new Hono<PortalEnv>({ strict: false })
  .use('/', signedIn)
  .get('/', firstBusiness)
  .use('/:businessId/*', signedIn)
  .route('/:businessId', business);

async function firstBusiness(c: Request) {
  const { businesses, operatorName } = await c.var.member.account();
  const note = c.req.query('done');
  const [first] = businesses;
  if (first) return c.redirect(`${pathOf(first.id)}${note === 'left' ? '?done=left' : ''}`, 303);
  return operatorName === null ? c.html(<NoBusiness note={note} />) : c.redirect('/operator', 303);
}

async function showDashboard(c: Request) {
  const shown = found(await c.var.member.dashboard(c.var.businessId));
  return c.html(<DashboardPage dashboard={shown} note={c.req.query('done')} />);
}

async function pauseReplies(c: Request) {
  const { businessId } = c.var;
  const paused = (await cleanedFields(c))['paused'] === 'yes';
  found(await c.var.member.pauseReplies(businessId, paused));
  return done(c, pathOf(businessId), paused ? 'paused' : 'resumed');
}
