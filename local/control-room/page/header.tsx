import type { Scene } from '../scene';
import { Form, type FailedForm, When } from './parts';

const moves = [
  { label: '+1 hour', name: 'advanceSeconds', value: '3600', title: 'Moves the clock by one hour' },
  { label: '+1 day', name: 'advanceSeconds', value: '86400', title: 'Moves the clock by one day' },
  {
    label: 'Until idle',
    name: 'untilIdle',
    value: 'true',
    title: 'Lets everything go on that goes on by itself, until only people are awaited',
  },
];

/** Name, clock and doors. */
export function Header({ scene, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  return (
    <header>
      <h1>
        <span class="brand">CoreSentia</span> control room
      </h1>
      <Clock scene={scene} />
      <Moves scene={scene} failed={failed} />
      <nav class="doors" aria-label="Doors">
        <a href={`${scene.portal}/onboarding`} target="_blank" rel="noopener">
          Onboarding
        </a>
        <a href={`${scene.portal}/sign-in`} target="_blank" rel="noopener">
          Sign in
        </a>
        <a href="/api" target="_blank" rel="noopener">
          API
        </a>
      </nav>
    </header>
  );
}

function Clock({ scene: { now, aheadDays, clockMoves } }: { scene: Scene }) {
  return (
    <p class="clock" id="clock" data-live>
      <strong>
        <When at={now} form="long" />
      </strong>
      <span>
        Sydney{aheadDays > 0 && `, ${aheadDays} ${aheadDays === 1 ? 'day' : 'days'} ahead of the real clock`}
        {clockMoves > 0 && <em class="moving"> moving…</em>}
      </span>
    </p>
  );
}

function Moves({ scene: { query, client }, failed }: { scene: Scene; failed: FailedForm | undefined }) {
  const typed = failed?.name === 'day' ? failed.typed['day'] : undefined;
  return (
    <div class="moves" id="moves" data-live>
      <Form name="clock" query={query} class="bar">
        {moves.map(({ label, name, value, title }) => (
          <button type="submit" name={name} value={value} title={title}>
            {label}
          </button>
        ))}
      </Form>
      {client?.run && (
        <Form name="day" about={client.run.id} query={query} class="bar">
          <label for="day-day">To day</label>
          <input id="day-day" name="day" inputmode="numeric" size={3} value={typed ?? '1'} />
          <button type="submit" title="Of the client that is looked at: after going live, before that after the deposit">
            Go
          </button>
        </Form>
      )}
    </div>
  );
}
