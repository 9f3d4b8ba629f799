import { consoleUrl } from '../../../shared/console-url';
import { type Decision, quarantineDays, stepsOfDecision } from '../../../shared/offboarding';
import { stageFlag } from '../../../shared/stage';
import type { OffboardingList, OffboardingReport, OffboardingSummary, RunOffboardings } from '../operator/offboarding-data';
import { PostButton } from './business-layout';
import { Field } from './fields';
import { OperatorLayout, Table, Utc } from './operator-layout';

export function OffboardingListPage({ list: { offboardings } }: { list: OffboardingList }) {
  return (
    <OperatorLayout title="Offboardings" at="/operator/offboardings">
      {offboardings.length === 0 && <p class="card">Nobody has left.</p>}
      {offboardings.length > 0 && (
        <Table label="Offboardings" head={['Client', 'Invoice', 'State', 'Started', 'By', 'Number', 'Release from']}>
          {offboardings.map((one) => (
            <tr class={one.failedStep || one.endedAt || one.isDue ? 'stuck' : undefined}>
              <th scope="row">
                <a href={`/operator/runs/${one.runId}/offboarding`}>{one.businessName ?? one.clientName}</a>
              </th>
              <td>{one.invoiceNumber}</td>
              <td>{stateOf(one)}</td>
              <td>
                <Utc time={one.startedAt} />
              </td>
              <td>{one.startedBy}</td>
              <td>{one.phoneNumber ?? '–'}</td>
              <td>
                <Utc time={one.releaseAfter} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </OperatorLayout>
  );
}

/** One or two words and what is to be done. */
function stateOf(one: OffboardingSummary): string {
  if (one.completedAt) return 'over: released';
  if (one.undoneAt) return 'over: undone';
  if (one.failedStep) return `${one.failedStep} failed`;
  if (!one.executionId) return 'not started yet';
  if (one.endedAt) return 'stopped: its execution has ended';
  if (one.decision) return one.decision === 'undo' ? 'being undone' : 'being released';
  if (one.isDue) return 'quarantine over: please decide';
  return one.releaseAfter ? 'in quarantine' : 'under way';
}

interface Props {
  page: RunOffboardings;
  stage: string;
  note: string | undefined;
  problem: string | undefined;
}

export function RunOffboardingPage({ page, stage, note, problem }: Props) {
  const path = `/operator/runs/${page.runId}/offboarding`;
  const [newest] = page.offboardings;
  return (
    <OperatorLayout
      title={`Offboarding: ${page.businessName ?? page.clientName}`}
      at="/operator/offboardings"
      note={note}
      problem={problem}
    >
      <p>
        <a href={`/operator/runs/${page.runId}`}>The run</a> of invoice {page.invoiceNumber}, client {page.clientName} ({page.clientStatus}
        ), number {page.phoneNumber ?? 'none'}.
      </p>
      {(!newest || newest.undoneAt) && (page.isUnmoved ? <MoveFirst page={page} stage={stage} /> : <StartForm page={page} path={path} />)}
      {page.offboardings.map((one) => (
        <OneOffboarding one={one} page={page} path={`${path}/${one.offboardingId}`} />
      ))}
    </OperatorLayout>
  );
}

const confirmationLabel = ({ invoiceNumber, businessName }: RunOffboardings) =>
  businessName ? `Type ${invoiceNumber} or ${businessName}` : `Type ${invoiceNumber}`;

/** Else the hand-made system would go on answering leads of a client who has left. */
function MoveFirst({ page: { phoneNumber }, stage }: { page: RunOffboardings; stage: string }) {
  return (
    <section class="card">
      <h2>Move the number first</h2>
      <p>
        {phoneNumber} was adopted and still points at the hand-made system, which would go on answering its texts after the client has left.
        Nobody can be offboarded before that is changed:
      </p>
      <p>
        <code>
          npm run move-number -- {phoneNumber}
          {stageFlag(stage)}
        </code>
      </p>
      <p>It shows what it changes, asks, reads it back, and can be undone. Then open this page again.</p>
    </section>
  );
}

function StartForm({ page, path }: { page: RunOffboardings; path: string }) {
  return (
    <section class="card">
      <h2>Offboard this client</h2>
      <p>Only when the client really leaves: a payment that was removed in Xero is often a bookkeeper’s correction.</p>
      <ul>
        <li>Provisioning stops, if it is not complete.</li>
        <li>The business is suspended: its number says that nobody reads there, and the assistant is quiet. Texts are still stored.</li>
        <li>Its people lose this business, and their sign-in if they have no other.</li>
        <li>The number is kept for {quarantineDays} days. Then a second person may release it for good.</li>
        <li>The client gets a mail that says all this.</li>
      </ul>
      <p>All of it can be undone until the release.</p>
      <form method="post" action={path} novalidate>
        <Field name="reason" label="Why" value="" problem={undefined} maxlength={500} rows={2} hint="For us; the client does not see it." />
        <Field name="confirmation" label={confirmationLabel(page)} value="" problem={undefined} autocomplete="off" maxlength={200} />
        <button type="submit">Offboard this client</button>
      </form>
    </section>
  );
}

function OneOffboarding({ one, page, path }: { one: OffboardingReport; page: RunOffboardings; path: string }) {
  const isOver = one.completedAt !== null || one.undoneAt !== null;
  return (
    <section class="card">
      <h2>
        Started by {one.startedBy} <Utc time={one.startedAt} />
      </h2>
      <dl class="facts">
        <dt>State</dt>
        <dd>{stateOf(one)}</dd>
        <dt>Reason</dt>
        <dd class="lines-kept">{one.reason}</dd>
        <dt>Provisioning</dt>
        <dd>{one.runWas === null ? 'not stopped yet' : one.stoppedStep ? `stopped at ${one.stoppedStep}` : 'was complete'}</dd>
        <dt>Release possible from</dt>
        <dd>
          <Utc time={one.releaseAfter} />
        </dd>
        <dt>Decision</dt>
        <dd>{one.decision ? [`${one.decision}, by ${one.decidedBy} `, <Utc time={one.decidedAt} />] : isOver ? '–' : 'none yet'}</dd>
      </dl>
      <Steps one={one} />
      {!isOver && <Actions one={one} page={page} path={path} />}
    </section>
  );
}

/** The way that is not taken is left out. */
function Steps({ one }: { one: OffboardingReport }) {
  const others: Decision[] = one.decision === null ? ['undo'] : one.decision === 'undo' ? ['release'] : ['undo'];
  const shown = one.steps.filter(({ step }) => !others.some((decision) => stepsOfDecision[decision].includes(step)));
  return (
    <Table label="Checklist" head={['Step', 'State', 'Attempts', 'Finished', 'Evidence']}>
      {shown.map((step) => (
        <tr class={step.status === 'failed' ? 'stuck' : undefined}>
          <th scope="row">{step.step}</th>
          <td>{step.status}</td>
          <td>{step.attempts}</td>
          <td>
            <Utc time={step.finishedAt} />
          </td>
          <td>
            <ul class="plain">
              {step.error && (
                <li class="problem">
                  {step.error}: {step.errorMessage}
                </li>
              )}
              {Object.entries(step.evidence).map(([name, value]) => (
                <li>
                  {name}: {value === null ? 'none' : String(value)}
                </li>
              ))}
            </ul>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Actions({ one, page, path }: { one: OffboardingReport; page: RunOffboardings; path: string }) {
  return (
    <>
      <p class="buttons">
        {one.executionId && (
          <a class="button quiet" href={consoleUrl(one.executionId)} rel="noreferrer">
            Execution in the AWS console
          </a>
        )}
        {!one.decision && <PostButton action={`${path}/undo`}>Undo: the client stays</PostButton>}
        {one.mayStartAgain && <PostButton action={`${path}/start-again`}>Start it again</PostButton>}
      </p>
      {!one.executionId && (
        <p class="hint">The execution has not begun. It does so within a minute of the confirmation; else start it again.</p>
      )}
      {(one.failedStep || one.endedAt) && (
        <p class="hint">
          {one.failedStep ? `${one.failedStep} failed` : 'The execution has ended'}: mend the cause, then redrive the execution in the
          console. Only if that is no longer possible (after 14 days) start it again; no step does anything twice.
        </p>
      )}
      <Release one={one} page={page} path={path} />
    </>
  );
}

function Release({ one, page, path }: { one: OffboardingReport; page: RunOffboardings; path: string }) {
  if (one.decision || !one.releaseAfter) return null;
  if (!one.isDue)
    return (
      <p class="hint">
        Until <Utc time={one.releaseAfter} /> the number is in quarantine. Then somebody else than {one.startedBy} may release it.
      </p>
    );
  if (one.startedByMe)
    return <p class="hint">The quarantine is over. You started this offboarding, so somebody else must confirm the release.</p>;
  return (
    <form method="post" action={`${path}/release`} novalidate>
      <h3>Release the number for good</h3>
      <p>It goes back to Twilio and cannot be had again. The client is cancelled, the business closed. This cannot be undone.</p>
      <Field name="confirmation" label={confirmationLabel(page)} value="" problem={undefined} autocomplete="off" maxlength={200} />
      <button type="submit">Release the number</button>
    </form>
  );
}
