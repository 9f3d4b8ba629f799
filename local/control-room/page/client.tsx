import type { RunView } from '../runs';
import { groupOf, type Scene, type SelectedClient } from '../scene';
import { Checklist } from './checklist';
import { Machine } from './machine';
import { phoneText } from './mailbox';
import { Card, type FailedForm, Field, Form, When } from './parts';

type Props = { scene: Scene; client: SelectedClient; run: RunView };

/** The client that is looked at: where it stands, what can be done, the state machine and the SOP's checklist. */
export function Client({ scene, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  const { client } = scene;
  if (!client) return <Welcome />;
  if (!client.run) return <NotYet id={client.id} />;
  const props = { scene, client, run: client.run };
  return (
    <Card id="client" title={client.run.client || client.run.invoiceNumber} aside={<Status run={client.run} />}>
      <Facts run={client.run} />
      <Trouble {...props} />
      <Unsettled {...props} />
      <Actions {...props} failed={failed} />
      <div class="progress">
        <Machine states={client.run.machine} />
        <Checklist run={client.run} />
      </div>
    </Card>
  );
}

function Welcome() {
  return (
    <Card id="client" title="From deposit paid to client live">
      <p>Pay a deposit on the left: Xero’s signed webhook starts one execution of the state machine, and you watch it here.</p>
      <p>
        Then be everybody: the client who opens the mail and fills in the form, the lead who texts the new number, the operator who mends
        what breaks. Move the clock to see the first week.
      </p>
    </Card>
  );
}

function NotYet({ id }: { id: string }) {
  return (
    <Card id="client" title={id}>
      <p>
        Nothing has been started for {id} yet. Xero’s webhook, the queue and screening take a second or two; an invoice that is not quite a
        deposit waits under “Invoices to decide about”.
      </p>
    </Card>
  );
}

function Status({ run }: { run: RunView }) {
  const group = groupOf(run);
  return <span class={`chip ${group}`}>{group === 'done' ? 'complete' : run.status.toLowerCase().replace('_', ' ')}</span>;
}

function Facts({ run }: { run: RunView }) {
  const facts = [
    ['Invoice', run.invoiceNumber],
    ['Number', run.phoneNumber && phoneText(run.phoneNumber)],
    ['Live since', run.liveAt && <When at={run.liveAt} />],
    ['Day 1', run.checksScheduled && <When at={run.checksScheduled.day1At} />],
    ['Redriven', run.redriveCount > 0 && `${run.redriveCount}×`],
  ] as const;
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** What failed, what it means, what to do: the words of the operator's runbook. */
function Trouble({ scene: { query }, client: { hint }, run }: Props) {
  const stopped = run.machine.find(({ status }) => ['failed', 'timed out', 'stopped'].includes(status));
  if (!hint || !stopped) return null;
  return (
    <div class="trouble" role="group" aria-label="What is wrong">
      <p>
        <strong>
          {stopped.name}: {stopped.error ?? stopped.status}
        </strong>{' '}
        {run.failure?.message}
      </p>
      <p>
        It means that {hint.what}. {hint.do.replaceAll('{invoice}', run.invoiceNumber)}
      </p>
      <Form name="redrive" about={run.id} query={query}>
        <button type="submit" class="primary">
          Redrive from {stopped.name}
        </button>
      </Form>
    </div>
  );
}

function Unsettled({ scene: { query }, client: { unsettled }, run }: Props) {
  if (unsettled.length === 0) return null;
  return (
    <div class="trouble mild" role="group" aria-label="Mails to settle">
      {unsettled.map(({ template, to, claimedAt }) => (
        <Form name="settle" about={run.id} query={query} class="bar">
          <p>
            Nobody knows whether the mail <strong>{template}</strong> to {to} went out (<When at={claimedAt} />
            ).
          </p>
          <input type="hidden" name="template" value={template} />
          <button type="submit" name="decision" value="was-sent">
            It was sent
          </button>
          <button type="submit" name="decision" value="send-again">
            Send it again
          </button>
        </Form>
      ))}
    </div>
  );
}

function Actions({ scene: { query }, client, run, failed }: Props & { failed: FailedForm | undefined }) {
  const awaitsForm = run.machine.some(({ isCallback, status }) => isCallback && status === 'waiting');
  const { formLink, welcomeLink, dashboardLink } = client;
  return (
    <div class="actions">
      {formLink && (
        <Door href={formLink} class={awaitsForm ? 'button primary' : 'button'}>
          Open the form as the client
        </Door>
      )}
      {formLink && awaitsForm && (
        <Form name="fill-form" about={run.id} query={query}>
          <button type="submit">Send sample answers</button>
        </Form>
      )}
      {welcomeLink && <Door href={welcomeLink}>Sign in by the welcome mail</Door>}
      {dashboardLink && <Door href={dashboardLink}>Dashboard</Door>}
      <details class="more" id="more">
        <summary>More</summary>
        {run.status === 'RUNNING' && (
          <Form name="stop" about={run.id} query={query}>
            <button type="submit" class="quiet">
              Stop the execution
            </button>
          </Form>
        )}
        <Form name="webhooks" about={run.id} query={query} class="bar">
          <Field form="webhooks" name="copies" label="Send Xero’s webhook again, times" inputmode="numeric" value="100" failed={failed} />
          <button type="submit" class="quiet">
            Send
          </button>
        </Form>
        <p>
          <a href={`/api/runs/${encodeURIComponent(run.id)}`} target="_blank" rel="noopener">
            This run as JSON
          </a>
        </p>
      </details>
    </div>
  );
}

function Door({ href, class: className = 'button', children }: { href: string; class?: string; children: string }) {
  return (
    <a class={className} href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
