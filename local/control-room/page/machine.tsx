import type { StateView } from '../machine';
import { When } from './parts';

/** The state machine, drawn from its definition and the execution's history. */
export function Machine({ states }: { states: StateView[] }) {
  const done = states.filter(({ status }) => status === 'done').length;
  return (
    <section aria-labelledby="machine-title">
      <h3 id="machine-title">
        State machine <small>{`${done} of ${states.filter(({ isAside }) => !isAside).length} states done`}</small>
      </h3>
      <ol class="machine">
        {states.map((state) => (
          <State state={state} />
        ))}
      </ol>
    </section>
  );
}

function State({ state }: { state: StateView }) {
  const { name, type, isAside, isCallback, status, attempts, comment } = state;
  return (
    <li class={`state ${status.replace(' ', '-')} ${type.toLowerCase()}${isAside ? ' aside' : ''}`} title={comment}>
      <span class="mark" aria-hidden="true" />
      <div>
        <span class="name">{name}</span>
        {(type !== 'Task' || isCallback) && <span class="kind">{isCallback ? 'callback' : type}</span>}
        {attempts > 1 && <span class="attempts">{attempts} attempts</span>}
        <span class="unseen">{status}</span>
        <small>
          <Detail state={state} />
        </small>
      </div>
    </li>
  );
}

function Detail({ state: { status, isCallback, leftAt, error } }: { state: StateView }) {
  if (status === 'ahead') return null;
  if (status === 'done' && leftAt) return <When at={leftAt} form="brief" />;
  if (status === 'waiting') return <>{isCallback ? 'a person is awaited' : 'waits for its time'}</>;
  if (status === 'retrying') return <>{error}, is tried again</>;
  return <>{[status, error].filter(Boolean).join(': ')}</>;
}
