import { checklistOf, type RunReport } from '../../../shared/run-report';
import { consoleUrl } from '../../../shared/console-url';
import { displayPhone } from '../../../shared/phone';
import type { RunPage } from '../operator/operator';
import { failureAdvice } from '../operator/failure-advice';
import { redriveHint } from '../operator/redrive-hint';
import { OperatorLayout, Utc } from './operator-layout';
import { StandingLine } from './operator-lists';
import { Client, Submission } from './operator-run-client';
import { Mails } from './operator-run-mails';
import { Steps } from './operator-run-steps';

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
            {standing.waitingFor === 'machine' && 'Is tried again by itself: '}
            {report.failure.step} failed with {report.failure.error}: {report.failure.message}
          </p>
        )}
        <WhatToDo page={page} />
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
          <dd>{report.phoneNumber ? displayPhone(report.phoneNumber) : 'none yet'}</dd>
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

/** The alert's words, for whoever comes without it. */
function WhatToDo({ page }: { page: RunPage }) {
  const advice = failureAdvice(page);
  const hint = redriveHint(page);
  if (!advice) return hint ? <p class="problem">{hint}</p> : null;
  return (
    <dl class="facts">
      <dt>It means</dt>
      <dd>{advice.means}</dd>
      <dt>Do</dt>
      <dd>{advice.do}</dd>
      <dt>Redrive</dt>
      <dd>{advice.redrive}</dd>
    </dl>
  );
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
