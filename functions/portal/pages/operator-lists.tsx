import { consoleUrl } from '../../../shared/console-url';
import { displayPhone } from '../../../shared/phone';
import { type ChecklistLine, checklistOf, type RunReport } from '../../../shared/run-report';
import { stepNames } from '../../../shared/run';
import { duration } from '../local-time';
import { type Board, type Clients, clientStatuses, type Standing, type WatchList } from '../operator/operator';
import { Pages } from './business-layout';
import { OperatorLayout, Table, Utc, UtcDay } from './operator-layout';

const waiting = { operator: 'waits for you', client: 'waits for the client', machine: 'at work', schedule: 'waits for its day' } as const;

/** Whom a run waits for, and how long already. */
export function StandingLine({ standing }: { standing: Standing }) {
  const { waitingFor, sinceMs, isStuck } = standing;
  if (waitingFor === null) return <span class="hint">over</span>;
  return (
    <>
      {isStuck && <span class="tag bad">stuck</span>} {waiting[waitingFor]}
      {sinceMs !== null && sinceMs > 0 && ` for ${duration(sinceMs / 1000)}`}
    </>
  );
}

/** How far the owner has come on the first day. */
export function walkthroughWords({ steps, done, skipped }: { steps: number; done: number; skipped: number }): string {
  if (done === steps) return 'done';
  return `${done} of ${steps}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

interface BoardProps {
  board: Board;
  watched: WatchList;
  search: string;
  isStuckOnly: boolean;
  page: number;
}

/** Every run, the stuck ones to be seen first. */
export function BoardPage({ board: { runs, total, stuck, pageSize }, watched, search, isStuckOnly, page }: BoardProps) {
  const href = (more: Record<string, string>) => `/operator?${new URLSearchParams({ ...(search && { q: search }), ...more }).toString()}`;
  const filter: Record<string, string> = isStuckOnly ? { stuck: 'yes' } : {};
  return (
    <OperatorLayout title="Runs" at="/operator">
      <Search path="/operator" search={search} label="Search client, business, invoice, number or e-mail" />
      <nav aria-label="Which runs">
        <a href={href({})} aria-current={isStuckOnly ? undefined : 'page'}>
          All {total}
        </a>
        <a href={href({ stuck: 'yes' })} aria-current={isStuckOnly ? 'page' : undefined}>
          Stuck {stuck}
        </a>
      </nav>
      <Table label="Runs" head={['Client', 'Waits', 'Step', 'Done', 'Status', 'Mails', 'Walkthrough', 'Since']}>
        {runs.map((run) => (
          <tr class={run.standing.isStuck ? 'stuck' : undefined}>
            <th scope="row">
              <a href={`/operator/runs/${run.runId}`}>{run.businessName ?? run.clientName}</a>
              <br />
              <span class="hint">{run.invoiceNumber}</span>
              <br />
              {run.executionId === null ? (
                'by hand'
              ) : (
                <a href={consoleUrl(run.executionId)} rel="noreferrer">
                  AWS console <span class="unseen">: the execution of {run.businessName ?? run.clientName}</span>
                </a>
              )}
            </th>
            <td class="broad">
              <StandingLine standing={run.standing} />
            </td>
            <td>
              {run.currentStep ?? '–'}
              {run.failure && <p class="problem">{run.failure.error}</p>}
              {run.oddAnswers > 0 && (
                <p>
                  <span class="tag bad">odd form</span>
                </p>
              )}
            </td>
            <td>
              {run.stepsDone} of {stepNames.length}
            </td>
            <td>{run.clientStatus}</td>
            <td>{run.unsettledMails > 0 ? <span class="tag bad">{run.unsettledMails} unknown</span> : 'fine'}</td>
            <td>{run.walkthrough ? walkthroughWords(run.walkthrough) : '–'}</td>
            <td>
              <Utc time={run.createdAt} />
            </td>
          </tr>
        ))}
      </Table>
      {runs.length === 0 && <p class="card">No runs{search && ' with these words'}.</p>}
      <Pages page={page} total={isStuckOnly ? stuck : total} pageSize={pageSize} href={(to) => href({ ...filter, page: String(to) })} />
      <h2>To watch, last 30 days</h2>
      {watched.businesses.length === 0 && <p class="card">Nothing.</p>}
      {watched.businesses.length > 0 && (
        <Table label="To watch" head={['Business', 'Failed sign-ins', 'Bugs', 'Confusion', 'Wishes', 'Flagged replies', 'Unread']}>
          {watched.businesses.map(({ businessName, runId, watch }) => (
            <tr>
              <th scope="row">{runId ? <a href={`/operator/runs/${runId}`}>{businessName}</a> : businessName}</th>
              <td>{watch.failedSignIns}</td>
              <td>{watch.bugs}</td>
              <td>{watch.confusions}</td>
              <td>{watch.featureRequests}</td>
              <td>{watch.flaggedReplies}</td>
              <td>{watch.unread}</td>
            </tr>
          ))}
        </Table>
      )}
      {watched.total > watched.businesses.length && (
        <p class="hint">
          The {watched.businesses.length} with the most of {watched.total}.
        </p>
      )}
    </OperatorLayout>
  );
}

function Search({ path, search, label, status }: { path: string; search: string; label: string; status?: string | null }) {
  return (
    <form method="get" action={path} role="search" class="search">
      <label for="q">{label}</label>
      <div class="row">
        <input id="q" name="q" type="search" value={search} maxlength={100} />
        {status && <input type="hidden" name="status" value={status} />}
        <button type="submit">Search</button>
      </div>
    </form>
  );
}

interface ClientsProps {
  clients: Clients;
  search: string;
  status: string | null;
  page: number;
}

/** The SOP's CRM. */
export function ClientsPage({ clients: { clients, total, pageSize }, search, status, page }: ClientsProps) {
  const query = (more: Record<string, string>) =>
    new URLSearchParams({ ...(search && { q: search }), ...(status && { status }), ...more }).toString();
  return (
    <OperatorLayout title="Clients" at="/operator/clients">
      <Search path="/operator/clients" search={search} status={status} label="Search name, e-mail, phone, invoice or business" />
      <nav aria-label="Which clients">
        <a href="/operator/clients" aria-current={status === null ? 'page' : undefined}>
          All
        </a>
        {clientStatuses.map((name) => (
          <a
            href={`/operator/clients?${new URLSearchParams({ status: name }).toString()}`}
            aria-current={status === name ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <p class="hint">{total === 1 ? '1 client' : `${total} clients`}</p>
      <Table label="Clients" head={['Client', 'Status', 'E-mail', 'Phone', 'Business', 'Number', 'Invoice', 'Since', 'Live']}>
        {clients.map((client) => (
          <tr>
            <th scope="row">{client.runId ? <a href={`/operator/runs/${client.runId}`}>{client.name}</a> : client.name}</th>
            <td>{client.status}</td>
            <td>{client.email}</td>
            <td>{client.phone ? displayPhone(client.phone) : '–'}</td>
            <td>{client.businessName ?? '–'}</td>
            <td>{client.phoneNumber ? displayPhone(client.phoneNumber) : '–'}</td>
            <td>{client.invoiceNumber ?? '–'}</td>
            <td>
              <UtcDay time={client.createdAt} />
            </td>
            <td>
              <UtcDay time={client.liveAt} />
            </td>
          </tr>
        ))}
      </Table>
      <Pages page={page} total={total} pageSize={pageSize} href={(to) => `/operator/clients?${query({ page: String(to) })}`} />
      <p>
        <a href={`/operator/clients.csv?${query({})}`}>Download as a table (CSV)</a>
      </p>
    </OperatorLayout>
  );
}

/** The SOP's checklist, to be printed. */
export function ChecklistPage({ report }: { report: RunReport }) {
  const { client, date, provisioner, lines, day1CheckInScheduledFor, notes, minutes } = checklistOf(report);
  return (
    <OperatorLayout title={`Provisioning checklist: ${client}`} at="none">
      <dl class="facts">
        <dt>Client</dt>
        <dd>{client}</dd>
        <dt>Date</dt>
        <dd>
          <Utc time={date} />
        </dd>
        <dt>Provisioner</dt>
        <dd>{provisioner}</dd>
      </dl>
      <ol class="checklist">
        {lines.map((line) => (
          <Line line={line} />
        ))}
      </ol>
      <dl class="facts">
        <dt>Day 1 check-in scheduled</dt>
        <dd>
          <Utc time={day1CheckInScheduledFor} />
        </dd>
        <dt>Time taken</dt>
        <dd>
          {minutes.total} min: machine {minutes.machine}, client {minutes.client}, operator {minutes.operator}
        </dd>
        <dt>Notes</dt>
        <dd>{notes.length === 0 ? 'none' : notes.map((text) => <p class="lines-kept">{text}</p>)}</dd>
      </dl>
      <p class="no-print">
        Print this page with your browser. <a href={`/operator/runs/${report.runId}`}>Back to the run</a>
      </p>
    </OperatorLayout>
  );
}

function Line({ line: { number, title, status, finishedAt, error } }: { line: ChecklistLine }) {
  return (
    <li>
      <span aria-hidden="true">{status === 'done' ? '☑' : '☐'}</span> {number}. {title}: <strong>{status}</strong>
      {error && ` (${error})`} {finishedAt && <Utc time={finishedAt} />}
    </li>
  );
}
