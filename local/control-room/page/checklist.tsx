import type { ChecklistLine } from '../../../shared/run-report';
import type { RunView } from '../runs';
import { When } from './parts';

/** The SOP's checklist of a run, filled in. */
export function Checklist({ run: { checklist } }: { run: RunView }) {
  if (!checklist)
    return (
      <section aria-labelledby="checklist-title">
        <h3 id="checklist-title">Checklist</h3>
        <p class="empty">The first step has not claimed the invoice yet.</p>
      </section>
    );
  const { lines, minutes, provisioner, notes, day1CheckInScheduledFor } = checklist;
  return (
    <section aria-labelledby="checklist-title">
      <h3 id="checklist-title">
        Checklist <small>{`${lines.filter(({ status }) => status === 'done').length} of ${lines.length} steps done`}</small>
      </h3>
      <ol class="checklist">
        {lines.map((line) => (
          <Line line={line} />
        ))}
      </ol>
      <dl class="facts">
        <div>
          <dt>Provisioner</dt>
          <dd>{provisioner}</dd>
        </div>
        <div>
          <dt>Day 1 check-in</dt>
          <dd>{day1CheckInScheduledFor ? <When at={day1CheckInScheduledFor} /> : 'not scheduled yet'}</dd>
        </div>
        <div>
          <dt>Time taken</dt>
          <dd>
            {minutes.total} min <small>{`machine ${minutes.machine}, client ${minutes.client}, operator ${minutes.operator}`}</small>
          </dd>
        </div>
      </dl>
      {notes.map((note) => (
        <p class="note">
          <Note text={note} />
        </p>
      ))}
    </section>
  );
}

function Line({ line: { number, title, status, attempts, evidence, error } }: { line: ChecklistLine }) {
  const entries = Object.entries(evidence);
  return (
    <li class={`line ${status}`}>
      <span class="mark" aria-hidden="true">
        {status === 'done' ? '✓' : number}
      </span>
      <div>
        <span class="name">
          <span class="unseen">Step {number}: </span>
          {title}
        </span>
        {attempts > 1 && <span class="attempts">{attempts} attempts</span>}
        {status !== 'pending' && status !== 'done' && <span class="kind">{status}</span>}
        <span class="unseen">{status === 'done' ? 'done' : ''}</span>
        {error && <p class="bad">{error}</p>}
        {entries.length > 0 && (
          <details id={`evidence-${number}`}>
            <summary>
              <small>
                {entries.map(([name, value], index) => (
                  <>
                    {index > 0 && ' · '}
                    {wordsOf(name)} <Value value={value} />
                  </>
                ))}
              </small>
            </summary>
            <dl class="evidence">
              {entries.map(([name, value]) => (
                <div>
                  <dt>{wordsOf(name)}</dt>
                  <dd>
                    <Value value={value} />
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

function Value({ value }: { value: string | number | boolean | null }) {
  if (typeof value === 'string' && isTime(value)) return <When at={value} />;
  return <>{typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? 'none')}</>;
}

/** Notes on what people did begin with the time. */
function Note({ text }: { text: string }) {
  const [first = '', ...rest] = text.split(' ');
  return isTime(first) ? (
    <>
      <When at={first} /> {rest.join(' ')}
    </>
  ) : (
    <>{text}</>
  );
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));

/** `numberSid` → `number sid` */
const wordsOf = (name: string) => name.replace(/([A-Z])/g, ' $1').toLowerCase();
