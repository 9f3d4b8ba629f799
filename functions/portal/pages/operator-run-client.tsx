import type { Walkthrough } from '../member/frame';
import type { RunPage } from '../operator/operator';
import { PostButton } from './business-layout';
import { Utc } from './operator-layout';

/** What the client sent, and what to do about it. */
export function Submission({ page: { submission }, path }: { page: RunPage; path: string }) {
  if (!submission) return null;
  return (
    <section class="card">
      <h2>Submission</h2>
      <p>
        Sent <Utc time={submission.submittedAt} />
        {submission.reviewedAt && [', checked by ', submission.reviewedBy, ' ', <Utc time={submission.reviewedAt} />]}
      </p>
      <dl class="facts">
        {Object.entries(submission.form).map(([name, value]) => [<dt>{name}</dt>, <dd class="lines-kept">{words(value)}</dd>])}
      </dl>
      <div class="buttons">
        <PostButton action={`${path}/approve`}>It is all right</PostButton>
        <a class="button quiet small" href={`${path}/correct`}>
          Correct it
        </a>
      </div>
    </section>
  );
}

/** The week as `monday 09:00–17:00`, one to a line. */
function words(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([day, hours]) => {
      const { enabled, start, end } = { enabled: false, start: '', end: '', ...(typeof hours === 'object' ? hours : {}) };
      return `${day} ${enabled ? `${start}–${end}` : 'closed'}`;
    })
    .join('\n');
}

/** `3 of 5; open: check hours; skipped: delete demo`. */
function walkthroughOf(steps: Walkthrough): string {
  const named = (status: 'open' | 'skipped') => {
    const all = steps.filter((step) => step.status === status).map(({ step }) => step.replaceAll('-', ' '));
    return all.length > 0 ? `; ${status}: ${all.join(', ')}` : '';
  };
  return `${steps.filter(({ status }) => status === 'done').length} of ${steps.length} done${named('open')}${named('skipped')}`;
}

/** What became of the client since; conversations only while the client lets us. */
export function Client({ page: { walkthroughs, watch, access, report } }: { page: RunPage }) {
  return (
    <section class="card">
      <h2>Since then</h2>
      {walkthroughs.map(({ email, role, lastViewedAt, steps }) => (
        <p>
          {email} ({role}), last seen <Utc time={lastViewedAt} />. Walkthrough: {walkthroughOf(steps)}.
        </p>
      ))}
      <p>
        Last 30 days: {watch.failedSignIns} failed sign-ins, {watch.bugs} bugs, {watch.confusions} confusions, {watch.featureRequests}{' '}
        wishes, {watch.flaggedReplies} flagged replies.
      </p>
      {access && report.businessId ? (
        <p>
          The client lets us read its conversations until <Utc time={access} />:{' '}
          <a href={`/operator/businesses/${report.businessId}/leads`}>leads</a>. Each look is in the client’s history.
        </p>
      ) : (
        <p>Conversations are the client’s own: it can let us look for a while in its settings.</p>
      )}
    </section>
  );
}
