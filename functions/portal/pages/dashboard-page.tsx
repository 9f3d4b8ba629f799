import { DateTime } from 'luxon';
import { displayPhone } from '../../../shared/phone';
import type { Dashboard } from '../members';
import { Layout } from './layout';

interface Props {
  dashboard: Dashboard;
  /** All businesses of this person: more than one shows a switcher. */
  businesses: { id: string; name: string }[];
}

export function DashboardPage({ dashboard: { business, leads }, businesses }: Props) {
  return (
    <Layout title={business.business_name} signedIn>
      {businesses.length > 1 && (
        <nav aria-label="Your businesses">
          {businesses.map(({ id, name }) => (
            <a href={`/dashboard/${id}`} aria-current={id === business.id ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      )}
      <YourNumber business={business} />
      <h2>Leads and conversations</h2>
      {leads.length === 0 ? (
        <p class="card">No leads yet. Text your number to see what your customers see.</p>
      ) : (
        leads.map((lead) => <Lead lead={lead} timeZone={business.time_zone} />)
      )}
    </Layout>
  );
}

function YourNumber({ business: { phone_number: number, status } }: { business: Dashboard['business'] }) {
  const isActive = status === 'active';
  return (
    <section class="card">
      <h2>Your number</h2>
      {number ? (
        <p class="number">
          <a href={`sms:${number}`}>{displayPhone(number)}</a>
        </p>
      ) : (
        <p>Your number is being set up.</p>
      )}
      <p class={isActive ? 'state on' : 'state'}>
        {isActive ? 'Texts to this number are answered.' : 'Texts to this number are not answered at the moment.'}
      </p>
    </section>
  );
}

function Lead({ lead, timeZone }: { lead: Dashboard['leads'][number]; timeZone: string | null }) {
  return (
    <article class="card">
      <h3>
        {lead.name ?? displayPhone(lead.phone)} {lead.is_test && <span class="tag">our test</span>}{' '}
        {lead.is_demo && <span class="tag">demo</span>}
      </h3>
      <ol class="thread">
        {lead.messages.map(({ direction, body, created_at: at }) => (
          <li class={direction}>
            <span class="who">
              {direction === 'inbound' ? 'Lead' : 'CoreSentia'}
              {timeZone && [' · ', <time datetime={at}>{timeIn(timeZone, at)}</time>]}
            </span>
            {body}
          </li>
        ))}
      </ol>
    </article>
  );
}

/** `22 Nov, 2:05 pm`, as the business's clock says. */
function timeIn(timeZone: string, at: string): string {
  return DateTime.fromISO(at, { zone: timeZone })
    .toFormat('d LLL, h:mm a')
    .replace(/[AP]M$/, (half) => half.toLowerCase());
}

export function NoBusiness() {
  return (
    <Layout title="No business yet" signedIn>
      <p class="card">
        You are signed in, but no business belongs to you. If you have just sent your details, your dashboard will be here within the hour.
      </p>
    </Layout>
  );
}
