import { hrefOf } from '../query';
import { groupOf, type Scene } from '../scene';
import type { ExecutionView } from '../runs';
import { Card, Pager } from './parts';

const filters = [
  { show: '', count: 'all', label: 'All' },
  { show: 'running', count: 'running', label: 'Running' },
  { show: 'stuck', count: 'stuck', label: 'Stuck' },
  { show: 'done', count: 'done', label: 'Done' },
] as const;

/** Every execution, newest first, 50 to a page. */
export function Clients({ scene }: { scene: Scene }) {
  const { clients, counts, query } = scene;
  return (
    <Card id="clients" title="Clients">
      <nav class="filters" aria-label="Which clients">
        {filters.map(({ show, count, label }) => (
          <a href={hrefOf(query, { show, page: 1 })} aria-current={query.show === show ? 'true' : undefined}>
            {label} <b>{counts[count]}</b>
          </a>
        ))}
      </nav>
      {clients.total === 0 ? (
        <p class="empty">{counts.all === 0 ? 'Nobody yet. Pay a deposit.' : 'None of these.'}</p>
      ) : (
        <div class="scroll" id="clients-rows">
          <table>
            <thead class="unseen">
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Where it is</th>
              </tr>
            </thead>
            <tbody>
              {clients.rows.map((run) => (
                <Row run={run} scene={scene} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager list={clients} what="clients" hrefTo={(page) => hrefOf(query, { page })} />
    </Card>
  );
}

const words = { running: 'Running', done: 'Done', stuck: 'Stuck' } as const;

function Row({ run, scene: { query, client } }: { run: ExecutionView; scene: Scene }) {
  const group = groupOf(run);
  return (
    <tr class={client?.run?.executionArn === run.executionArn ? 'chosen' : undefined}>
      <td>
        <a href={hrefOf(query, { run: run.id, mail: '' })}>{run.client || run.invoiceNumber}</a>
        <small>
          {run.invoiceNumber}
          {run.redriveCount > 0 && ` · redriven ${run.redriveCount}×`}
        </small>
      </td>
      <td>
        <span class={`chip ${group}`}>{words[group]}</span>
        <small>{run.state || (group === 'done' ? 'complete' : run.status)}</small>
      </td>
    </tr>
  );
}
