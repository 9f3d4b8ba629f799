import { feedbackStatuses, type FeedbackPage, type FlaggedMessage, type OperatorLeads, type OperatorThread } from '../operator/operator';
import { Pages, PostButton } from './business-layout';
import { nameOf } from './lead-lines';
import { OperatorLayout, Utc } from './operator-layout';

const kinds = { bug: 'bug', confusion: 'confusion', feature: 'wish', 'wrong-reply': 'wrong reply' } as const;

export function FeedbackListPage({ list, status, page }: { list: FeedbackPage; status: string | null; page: number }) {
  return (
    <OperatorLayout title="Feedback" at="/operator/feedback">
      <nav aria-label="Which feedback">
        <a href="/operator/feedback" aria-current={status === null ? 'page' : undefined}>
          All
        </a>
        {feedbackStatuses.map((name) => (
          <a href={`/operator/feedback?status=${name}`} aria-current={status === name ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {list.feedback.length === 0 && <p class="card">Nothing.</p>}
      <ul class={list.feedback.length > 0 ? 'lines' : undefined}>
        {list.feedback.map((one) => (
          <li>
            <p class="head">
              <strong>{one.businessName}</strong> <span class="tag">{kinds[one.kind]}</span> <span class="tag">{one.status}</span>{' '}
              <Utc time={one.at} />
            </p>
            <p class="lines-kept">{one.body}</p>
            <p class="hint">
              {one.from} {one.page && `on “${one.page}”`} {one.runId && <a href={`/operator/runs/${one.runId}`}>run</a>}{' '}
              {one.hasMessage && <a href={`/operator/feedback/${one.id}`}>read the flagged reply</a>}
            </p>
            <div class="buttons">
              {feedbackStatuses
                .filter((name) => name !== one.status)
                .map((name) => (
                  <PostButton
                    action={`/operator/feedback/${one.id}`}
                    fields={{ status: name, ...(status && { shown: status }), page: String(page) }}
                  >
                    Mark {name}
                  </PostButton>
                ))}
            </div>
          </li>
        ))}
      </ul>
      <Pages
        page={page}
        total={list.total}
        pageSize={list.pageSize}
        href={(to) => `/operator/feedback?${new URLSearchParams({ ...(status && { status }), page: String(to) }).toString()}`}
      />
    </OperatorLayout>
  );
}

/** The one text that the client flagged. */
export function FlaggedPage({ flagged }: { flagged: FlaggedMessage }) {
  return (
    <OperatorLayout title="A flagged reply" at="/operator/feedback">
      <div class="card">
        <p>
          The assistant wrote <Utc time={flagged.at} />:
        </p>
        <blockquote>{flagged.body}</blockquote>
        <p>The client says:</p>
        <blockquote>{flagged.comment}</blockquote>
        <p class="hint">That you have read it is in the client’s history.</p>
      </div>
      <p>
        <a href="/operator/feedback">All feedback</a>
      </p>
    </OperatorLayout>
  );
}

export function OperatorLeadsPage({ businessId, list }: { businessId: string; list: OperatorLeads }) {
  return (
    <OperatorLayout title={`Leads of ${list.businessName ?? 'the business'}`} at="none">
      <p class="hint">You look by the client’s leave; each look is in its history.</p>
      {list.leads.length === 0 && <p class="card">None yet.</p>}
      <ul class={list.leads.length > 0 ? 'lines' : undefined}>
        {list.leads.map((lead) => (
          <li>
            <p class="head">
              <a href={`/operator/businesses/${businessId}/leads/${lead.id}`}>{nameOf(lead)}</a> <Utc time={lead.lastMessageAt} />
            </p>
          </li>
        ))}
      </ul>
    </OperatorLayout>
  );
}

export function OperatorThreadPage({ businessId, thread }: { businessId: string; thread: OperatorThread }) {
  const { businessName, lead, messages, hasEarlier } = thread;
  const leads = `/operator/businesses/${businessId}/leads`;
  return (
    <OperatorLayout title={`${nameOf(lead)}, a lead of ${businessName ?? 'the business'}`} at="none">
      <p class="hint">You look by the client’s leave; each look is in its history.</p>
      <div class="card">
        {hasEarlier && (
          <p>
            <a href={`${leads}/${lead.id}?before=${messages[0]?.id ?? ''}`}>Earlier texts</a>
          </p>
        )}
        <ol class="thread">
          {messages.map(({ direction, body, at }) => (
            <li class={direction}>
              <span class="who">
                {direction === 'inbound' ? 'Lead' : 'Business'} · <Utc time={at} />
              </span>
              <span class="text">{body}</span>
            </li>
          ))}
        </ol>
      </div>
      <p>
        <a href={leads}>All its leads</a>
      </p>
    </OperatorLayout>
  );
}
