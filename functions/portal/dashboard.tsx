/** /dashboard/[businessId]: the client's number, leads and conversations. Somebody else's business is a 404, like one that does not exist. */
import { type Context, Hono } from 'hono';
import { describeError } from '../../shared/errors';
import { log } from '../../shared/log';
import { DashboardPage, NoBusiness } from './pages/dashboard-page';
import { NotFound } from './pages/errors';
import type { PortalEnv } from './services';

export const dashboard = new Hono<PortalEnv>({ strict: false }).get('/', firstBusiness).get('/:businessId', showDashboard);

async function firstBusiness(c: Context<PortalEnv>) {
  const session = c.var.services.session(c);
  if (!(await session.userId())) return c.redirect('/sign-in', 303);
  const [business] = await session.businesses();
  return business ? c.redirect(`/dashboard/${business.id}`, 303) : c.html(<NoBusiness />);
}

async function showDashboard(c: Context<PortalEnv>) {
  const session = c.var.services.session(c);
  const businessId = c.req.param('businessId') ?? '';
  if (!(await session.userId())) return c.redirect(`/sign-in?business=${encodeURIComponent(businessId)}`, 303);
  const found = await session.dashboard(businessId);
  if (!found) return c.html(<NotFound />, 404);
  try {
    await session.recordView(businessId);
  } catch (error) {
    // The client must see the leads even if day 1's check will not know it.
    log.warn('a dashboard view was not recorded', { businessId, ...describeError(error) });
  }
  return c.html(<DashboardPage dashboard={found} businesses={await session.businesses()} />);
}
