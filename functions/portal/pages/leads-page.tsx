import { pathOf } from '../paths';
import type { LeadFilter as Show, LeadList, LeadThread } from '../member/leads';
import { BusinessLayout, Pages } from './business-layout';
import { LeadLines, nameOf } from './lead-lines';

const filters: [Show, string][] = [
  ['all', 'All'],
  ['open', 'Open'],
  ['taken-over', 'Answered by hand'],
  ['won', 'Won'],
  ['lost', 'Lost'],
];

interface Props {
  list: LeadList;
  search: string;
  show: Show;
  page: number;
  note: string | undefined;
}

export function LeadsPage({ list: { frame, leads, total, pageSize }, search, show, page, note }: Props) {
  const path = pathOf(frame.business.id, '/leads');
  const href = (query: Record<string, string>) => `${path}?${new URLSearchParams({ ...(search && { q: search }), ...query }).toString()}`;
  return (
    <BusinessLayout frame={frame} at="/leads" title="Leads and conversations" note={note}>
      <form method="get" action={path} role="search" class="search">
        <label for="q">Search names, numbers and texts</label>
        <div class="row">
          <input id="q" name="q" type="search" value={search} maxlength={100} />
          {show !== 'all' && <input type="hidden" name="show" value={show} />}
          <button type="submit">Search</button>
        </div>
      </form>
      <nav aria-label="Which leads">
        {filters.map(([name, label]) => (
          <a href={href({ show: name })} aria-current={name === show ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <p class="hint">
        {total === 1 ? '1 lead' : `${total} leads`}
        {search && ` for “${search}”`}
        {search && [' · ', <a href={path}>show all</a>]}
      </p>
      {leads.length === 0 ? <p class="card">Nobody here.</p> : <LeadLines leads={leads} business={frame.business} />}
      <Pages page={page} total={total} pageSize={pageSize} href={(to) => href({ show, page: String(to) })} />
      <p>
        <a href={`${path}.csv`}>Download everything as a table (CSV)</a>
      </p>
    </BusinessLayout>
  );
}

/** Deleting is for ever, so it is asked once more, on a page of its own. */
export function DeleteLeadPage({ thread: { frame, lead, total, bookings } }: { thread: LeadThread }) {
  const back = pathOf(frame.business.id, `/leads/${lead.id}`);
  return (
    <BusinessLayout frame={frame} at="/leads" title={`Delete ${nameOf(lead)}?`}>
      <div class="card">
        <p>This deletes {total === 1 ? 'the text' : `all ${total} texts`} of this conversation. It cannot be undone.</p>
        {bookings.length > 0 && <p>Bookings stay in your calendar, without the name.</p>}
        {lead.optedOut && <p>That this number has opted out stays known, without the number itself.</p>}
        <div class="buttons">
          <form method="post" action={`${back}/delete`} class="inline">
            <button class="danger" type="submit">
              Delete for good
            </button>
          </form>
          <a href={back}>Keep it</a>
        </div>
      </div>
    </BusinessLayout>
  );
}
