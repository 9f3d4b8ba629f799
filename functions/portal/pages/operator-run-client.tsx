import type { OnboardingForm } from '../../../shared/onboarding-form';
import { weekdays } from '../../../shared/working-hours';
import type { Walkthrough } from '../member/frame';
import type { RunPage } from '../operator/operator';
import { PostButton } from './business-layout';
import { Utc } from './operator-layout';

/** As the form asks them, in its order. */
const questions: Record<keyof OnboardingForm, string> = {
  businessName: 'Business name',
  services: 'Services',
  suburb: 'Suburb',
  state: 'State',
  postcode: 'Postcode',
  timeZone: 'Time zone',
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail',
  mobile: 'Mobile',
  workingHours: 'Working hours',
  currentBookingProcess: 'How customers book today',
  goals: 'Goals',
};

/** Question and answer; what the form does not ask any more comes last. */
function answersOf(form: Record<string, unknown>): [question: string, answer: unknown][] {
  const { known, others } = {
    known: Object.entries(questions),
    others: Object.keys(form).filter((name) => !Object.hasOwn(questions, name)),
  };
  return [
    ...known.flatMap(([name, question]): [string, unknown][] => (name in form ? [[question, form[name]]] : [])),
    ...others.map((name): [string, unknown] => [name, form[name]]),
  ];
}

/** What the client sent, what looks odd in it, and what to do about it. */
export function Submission({ page: { submission, report, loginEmail }, path }: { page: RunPage; path: string }) {
  if (!submission) return null;
  const flags = report.steps.find(({ step }) => step === 'ReviewOnboarding')?.evidence['flags'];
  const signsInElsewhere = loginEmail !== null && submission.form['email'] !== loginEmail;
  return (
    <section class="card">
      <h2>Submission</h2>
      <p>
        Sent <Utc time={submission.submittedAt} />
        {submission.reviewedAt && [', checked by ', submission.reviewedBy, ' ', <Utc time={submission.reviewedAt} />]}
      </p>
      {typeof flags === 'string' && <p class={submission.reviewedAt ? 'hint' : 'problem'}>Looked odd: {flags}.</p>}
      {signsInElsewhere && (
        <p class="hint">
          The client signs in as {loginEmail}, which no correction of the submission changes. If that address is wrong, see “A wrong sign-in
          e-mail” in the runbook.
        </p>
      )}
      <dl class="facts">
        {answersOf(submission.form).map(([question, answer]) => [<dt>{question}</dt>, <dd class="lines-kept">{words(answer)}</dd>])}
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

/** The week as `monday 09:00–17:00`, one to a line, as a week goes: the database keeps no order. */
function words(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const days = new Map<string, unknown>(Object.entries(value));
  return weekdays.map((day) => `${day} ${hoursWords(days.get(day))}`).join('\n');
}

function hoursWords(hours: unknown): string {
  const { enabled, start, end } = { enabled: false, start: '', end: '', ...(typeof hours === 'object' ? hours : {}) };
  return enabled ? `${start}–${end}` : 'closed';
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
