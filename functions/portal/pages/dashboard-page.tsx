import { displayPhone } from '../../../shared/phone';
import type { Dashboard } from '../members';
import { Layout, Message } from './layout';

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
      <section class="card">
        <h2>Your number</h2>
        {business.phone_number ? (
          <p class="number">
            <a href={`sms:${business.phone_number}`}>{displayPhone(business.phone_number)}</a>
          </p>
        ) : (
          <p>Your number is being set up.</p>
        )}
        <p>
          {business.status === 'active' ? 'Texts to this number are answered.' : 'Texts to this number are not answered at the moment.'}
        </p>
      </section>
      <h2>Leads and conversations</h2>
      {leads.length === 0 ? (
        <p>No leads yet. Text your number to see what your customers see.</p>
      ) : (
        leads.map((lead) => <Lead lead={lead} />)
      )}
    </Layout>
  );
}

function Lead({ lead }: { lead: Dashboard['leads'][number] }) {
  return (
    <article class="card">
      <h3>
        {lead.name ?? displayPhone(lead.phone)} {lead.is_test && <span class="tag">our test</span>}{' '}
        {lead.is_demo && <span class="tag">demo</span>}
      </h3>
      <ol class="thread">
        {lead.messages.map(({ direction, body }) => (
          <li class={direction}>
            <span class="who">{direction === 'inbound' ? 'Lead' : 'CoreSentia'}</span> {body}
          </li>
        ))}
      </ol>
    </article>
  );
}

export function NoBusiness() {
  return (
    <Message title="No business yet">
      <p>
        You are signed in, but no business belongs to you. If you have just sent your details, your dashboard will be here within the hour.
      </p>
    </Message>
  );
}
