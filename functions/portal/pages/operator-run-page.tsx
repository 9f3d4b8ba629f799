import { checklistOf, type RunReport, type StepReport } from '../../../shared/run-report';
import { consoleUrl } from '../../../shared/console-url';
import { duration } from '../local-time';
import type { Walkthrough } from '../member/frame';
import type { RunPage } from '../operator/operator';
import { redriveHint } from '../operator/redrive-hint';
import { PostButton } from './business-layout';
import { OperatorLayout, Table, Utc } from './operator-layout';
import { StandingLine } from './operator-lists';

interface Props {
  page: RunPage;
  note: string | undefined;
  problem: string | undefined;
}

/** One run: where it stands, what to do, the checklist with its evidence, the submission, the mails. */
export function OperatorRunPage({ page, note, problem }: Props) {
  const { report, standing, client } = page;
  const path = `/operator/runs/${report.runId}`;
  const { minutes } = checklistOf(report);
  const hint = redriveHint(page);
  return (
    <OperatorLayout title={report.businessName ?? report.clientName} at="none" note={note} problem={problem}>
      <section class="card">
        <h2>Where it stands</h2>
        <p>
          <StandingLine standing={standing} />
          {report.currentStep && ` at ${report.currentStep}`}
        </p>
        {report.failure && (
          <p class="problem">
            {report.failure.step} failed with {report.failure.error}: {report.failure.message}
          </p>
        )}
        {hint && <p class="problem">{hint}</p>}
        <p class="buttons">
          {report.executionId && (
            <a class="button" href={consoleUrl(report.executionId)} rel="noreferrer">
              Execution in the AWS console
            </a>
          )}
          <a class="button quiet" href={`${path}/checklist`}>
            Checklist to print
          </a>
          <a class="button quiet" href={`${path}/offboarding`}>
            Offboard this client
          </a>
        </p>
        <dl class="facts">
          <dt>Client</dt>
          <dd>
            {client.name} ({client.status}), {client.email}
            {client.phone && `, ${client.phone}`}
          </dd>
          <dt>Invoice</dt>
          <dd>{report.invoiceNumber}</dd>
          <dt>Number</dt>
          <dd>{report.phoneNumber ?? 'none yet'}</dd>
          <dt>Time taken</dt>
          <dd>
            {minutes.total} min: machine {minutes.machine}, client {minutes.client}, operator {minutes.operator}
          </dd>
          <dt>Redrives</dt>
          <dd>{report.redrives}</dd>
        </dl>
      </section>
      <Steps report={report} />
      <Mails page={page} path={path} />
      <Submission page={page} path={path} />
      <Notes report={report} path={path} />
      <Client page={page} />
    </OperatorLayout>
  );
}

const ms = (milliseconds: number) =>
  milliseconds === 0 ? '–' : milliseconds < 1000 ? `${milliseconds} ms` : duration(milliseconds / 1000);

function Steps({ report }: { report: RunReport }) {
  return (
    <section>
      <h2>Checklist</h2>
      <Table label="Checklist" head={['Step', 'State', 'Attempts', 'Finished', 'Machine', 'Client', 'Operator', 'Evidence']}>
        {report.steps.map((step) => (
          <tr class={step.status === 'failed' ? 'stuck' : undefined}>
            <th scope="row">{step.step}</th>
            <td>{step.status}</td>
            <td>{step.attempts}</td>
            <td>
              <Utc time={step.finishedAt} />
            </td>
            <td>{ms(step.machineMs)}</td>
            <td>{ms(step.clientMs)}</td>
            <td>{ms(step.operatorMs)}</td>
            <td>
              <Evidence step={step} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Evidence({ step: { evidence, error, errorMessage } }: { step: StepReport }) {
  return (
    <ul class="plain">
      {error && (
        <li class="problem">
          {error}: {errorMessage}
        </li>
      )}
      {Object.entries(evidence).map(([name, value]) => (
        <li>
          {name}: {String(value)}
        </li>
      ))}
    </ul>
  );
}

function Mails({ page, path }: { page: RunPage; path: string }) {
  const kinds = [
    ...(page.canInvite
      ? ([
          ['invite', 'Send a fresh link to the form'],
          ['reminder', 'Send a reminder'],
        ] as const)
      : []),
    ...(page.canSignIn ? ([['sign-in-link', 'Send a link to sign in']] as const) : []),
  ];
  return (
    <section>
      <h2>Mails</h2>
      <Table label="Mails" head={['Mail', 'Status', 'Sent', 'Delivered', 'Your word']}>
        {page.mails.map((mail) => (
          <tr class={mail.needsWord ? 'stuck' : undefined}>
            <th scope="row">{mail.template}</th>
            <td>
              {mail.status}
              {mail.bouncedAt && ' (bounced)'}
            </td>
            <td>
              <Utc time={mail.sentAt} />
            </td>
            <td>
              <Utc time={mail.deliveredAt} />
            </td>
            <td>
              {mail.needsWord && (
                <>
                  <PostButton action={`${path}/mails/${mail.id}`} fields={{ decision: 'was-sent' }}>
                    Was sent <span class="unseen">({mail.template})</span>
                  </PostButton>
                  <PostButton action={`${path}/mails/${mail.id}`} fields={{ decision: 'send-again' }}>
                    Send again <span class="unseen">({mail.template})</span>
                  </PostButton>
                </>
              )}
              {mail.settledBy && `settled by ${mail.settledBy}`}
            </td>
          </tr>
        ))}
      </Table>
      <div class="buttons">
        {kinds.map(([kind, label]) => (
          <PostButton action={`${path}/resend`} fields={{ kind }}>
            {label}
          </PostButton>
        ))}
      </div>
    </section>
  );
}

function Submission({ page: { submission }, path }: { page: RunPage; path: string }) {
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

function Notes({ report, path }: { report: RunReport; path: string }) {
  return (
    <section class="card">
      <h2>Notes</h2>
      {report.notes && <p class="lines-kept">{report.notes}</p>}
      <form method="post" action={`${path}/note`} novalidate>
        <div class="field">
          <label for="text">New note</label>
          <textarea id="text" name="text" rows={2} maxlength={2000} required></textarea>
        </div>
        <button type="submit">Save note</button>
      </form>
      {report.corrections.length > 0 && (
        <ul class="plain hint">
          {report.corrections.map(({ at, actor, action }) => (
            <li>
              <Utc time={at} /> {actor}: {action}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
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
function Client({ page: { walkthroughs, watch, access, report } }: { page: RunPage }) {
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
