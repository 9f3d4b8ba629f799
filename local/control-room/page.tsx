/** The control room's one page: everything at one look. Forms are plain; a few lines of script refresh what changes. */
import type { Child } from 'hono/jsx';
import type { Fault } from '../kernel/faults';
import type { RunView } from './runs';
import type { Scene } from './scene';

/** The whole page. `said` is what the last action came to. */
export function ControlRoomPage({ scene, said }: { scene: Scene; said: string | undefined }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>CoreSentia control room</title>
        <link rel="stylesheet" href="/control-room.css" />
        <script src="/control-room.js" defer />
      </head>
      <body>
        <header>
          <h1>Control room</h1>
          <ClockBar />
        </header>
        {said && (
          <p class="said" role="status">
            {said}
          </p>
        )}
        <main>
          <div class="do">
            <Deposit />
            <Phone scene={scene} />
            <Breaker />
            <Links scene={scene} />
          </div>
          <div id="live">
            <Live scene={scene} />
          </div>
        </main>
      </body>
    </html>
  );
}

/** The part that refreshes by itself. */
export function Live({ scene }: { scene: Scene }) {
  return (
    <>
      <p class="now">
        It is <strong>{scene.now}</strong> here{scene.aheadDays > 0 && `, ${scene.aheadDays} days ahead of the real clock`}.
      </p>
      <Runs scene={scene} />
      {scene.run && <Run run={scene.run} />}
      <Mailbox scene={scene} />
      <Handsets scene={scene} />
      <Notices scene={scene} />
      <Faults faults={scene.faults} />
    </>
  );
}

function Card({ title, children }: { title: string; children: Child }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function ClockBar() {
  const moves = [
    { label: '+1 hour', name: 'advanceSeconds', value: '3600' },
    { label: '+1 day', name: 'advanceSeconds', value: '86400' },
    { label: '+8 days', name: 'advanceSeconds', value: '691200' },
    { label: 'until only people are awaited', name: 'untilIdle', value: 'true' },
  ];
  return (
    <form method="post" action="/do/clock" class="bar">
      <span>Move the clock:</span>
      {moves.map(({ label, name, value }) => (
        <button type="submit" name={name} value={value}>
          {label}
        </button>
      ))}
    </form>
  );
}

function Deposit() {
  return (
    <Card title="Pay a deposit in Xero">
      <form method="post" action="/do/deposit">
        <Input name="contactName" label="Contact" value="Mia Nguyen" />
        <Input name="email" label="E-mail" value={`mia@nguyen-plumbing.example`} />
        <Input name="phone" label="Phone" value="0491 570 006" />
        <button type="submit">Pay A$495 deposit</button>
      </form>
    </Card>
  );
}

function Phone({ scene }: { scene: Scene }) {
  return (
    <Card title="Be a lead with a phone">
      <form method="post" action="/do/text">
        <Input name="from" label="Your mobile" value="+61491570157" />
        <label>
          To
          <select name="to">
            {scene.numbers.map(({ e164, label }) => (
              <option value={e164}>{label}</option>
            ))}
          </select>
        </label>
        <Input name="body" label="Text" value="Hi, do you do hot water? Mine just died." />
        <button type="submit">Send SMS</button>
      </form>
    </Card>
  );
}

function Breaker() {
  const vendors: Fault['vendor'][] = [
    'xero',
    'twilio',
    'ses',
    'sns',
    'supabase',
    'eventbridge',
    'stepfunctions',
    'secrets',
    'bedrock',
    'lambda',
  ];
  const modes: Fault['mode'][] = ['refuse', 'lose-response', 'slow', 'rate-limit', 'server-error', 'malformed', 'reject'];
  return (
    <Card title="Break a vendor">
      <form method="post" action="/do/fault">
        <Choice name="vendor" label="Vendor" options={vendors} />
        <Input name="call" label="Call (* for any)" value="*" />
        <Choice name="mode" label="How" options={modes} />
        <Input name="times" label="How often" value="1" />
        <button type="submit">Break it</button>
        <button type="submit" formaction="/do/mend" class="quiet">
          Mend everything
        </button>
      </form>
    </Card>
  );
}

function Links({ scene }: { scene: Scene }) {
  return (
    <Card title="Doors">
      <ul>
        {scene.links.map(({ label, url }) => (
          <li>
            <a href={url}>{label}</a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Runs({ scene }: { scene: Scene }) {
  return (
    <Card title="Clients">
      {scene.runs.length === 0 ? (
        <p>Nobody yet. Pay a deposit.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>Invoice</th>
              <th>Client</th>
              <th>Execution</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {scene.runs.map((run) => (
              <tr>
                <td>
                  <a href={`/?run=${run.id}`}>{run.invoiceNumber}</a>
                </td>
                <td>{run.client}</td>
                <td>
                  <span class={`status ${run.status}`}>{run.status}</span>
                </td>
                <td>{run.state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Run({ run }: { run: RunView }) {
  const stuck = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(run.status);
  return (
    <Card title={`${run.invoiceNumber} · ${run.client}`}>
      {stuck && (
        <form method="post" action={`/do/redrive/${run.id}`}>
          <p class="bad">
            {run.failure?.step} failed: {run.failure?.error}. {run.failure?.message}
          </p>
          <button type="submit">Redrive from the failed step</button>
        </form>
      )}
      <ol class="checklist">
        {run.checklist?.lines.map((line) => (
          <li class={line.status}>
            <strong>
              {line.number}. {line.title}
            </strong>{' '}
            <em>{line.status}</em> {line.attempts > 1 && `· ${line.attempts} attempts`}
            <br />
            <small>
              {Object.entries(line.evidence)
                .map(([name, value]) => `${name}: ${value}`)
                .join(' · ')}
            </small>
          </li>
        ))}
      </ol>
      {run.checklist && (
        <p>
          Provisioner: {run.checklist.provisioner}. Time taken {run.checklist.minutes.total} min, of which {run.checklist.minutes.client}{' '}
          waiting for the client.
        </p>
      )}
    </Card>
  );
}

function Mailbox({ scene }: { scene: Scene }) {
  return (
    <Card title="Mailbox">
      {scene.mails.map((mail) => (
        <details>
          <summary>
            <strong>{mail.subject}</strong> to {mail.to} <small>{mail.at}</small>
          </summary>
          <pre>{mail.parts.map((part) => (part.url ? <a href={part.url}>{part.text}</a> : part.text))}</pre>
        </details>
      ))}
      {scene.mails.length === 0 && <p>No mail yet.</p>}
    </Card>
  );
}

function Handsets({ scene }: { scene: Scene }) {
  return (
    <Card title="Phones">
      {scene.texts.map((text) => (
        <p class="text">
          <small>
            {text.at} {text.from} → {text.to}
          </small>
          <br />
          {text.body}
        </p>
      ))}
      {scene.texts.length === 0 && <p>No texts yet.</p>}
    </Card>
  );
}

function Notices({ scene }: { scene: Scene }) {
  return (
    <Card title="The operator’s alerts">
      {scene.notices.map((notice) => (
        <details>
          <summary>{notice.subject}</summary>
          <pre>{notice.body}</pre>
        </details>
      ))}
      {scene.notices.length === 0 && <p>None.</p>}
    </Card>
  );
}

function Faults({ faults }: { faults: Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <Card title="Broken at the moment">
      <ul>
        {faults.map((fault) => (
          <li>
            {fault.vendor} {fault.call}: {fault.mode}, {fault.times} more
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Input({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <label>
      {label}
      <input name={name} value={value} />
    </label>
  );
}

function Choice({ name, label, options }: { name: string; label: string; options: readonly string[] }) {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map((option) => (
          <option value={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
