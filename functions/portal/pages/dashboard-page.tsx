import { displayPhone } from '../../../shared/phone';
import { pathOf } from '../paths';
import { duration } from '../local-time';
import type { DashboardData } from '../member/dashboard';
import type { Frame } from '../member/frame';
import { type Stats, statDefinitions } from '../stats';
import { AlertsStopped } from './alerts-stopped';
import { BookingLines } from './booking-lines';
import { BusinessLayout, PostButton } from './business-layout';
import { Layout } from './layout';
import { LeadLines } from './lead-lines';
import { WalkthroughCard } from './walkthrough-page';

/** The first page: is it on, what came of it, who wrote, what is next. */
export function DashboardPage({ dashboard, note }: { dashboard: DashboardData; note?: string | undefined }) {
  const { frame, stats, leads, bookings } = dashboard;
  const { id } = frame.business;
  return (
    <BusinessLayout frame={frame} at="" title="Dashboard" note={note}>
      <WalkthroughCard frame={frame} />
      <YourNumber frame={frame} />
      <Numbers stats={stats} />
      <section>
        <h2>Latest leads</h2>
        {leads.length === 0 ? (
          <p class="card">No leads yet. Text your number from your own phone to see what your customers see.</p>
        ) : (
          <LeadLines leads={leads} business={frame.business} />
        )}
        <p>
          <a href={pathOf(id, '/leads')}>All leads and conversations</a>
        </p>
      </section>
      <section>
        <h2>Next bookings</h2>
        {bookings.length === 0 ? <p class="card">Nothing booked.</p> : <BookingLines bookings={bookings} business={frame.business} />}
        <p>
          <a href={pathOf(id, '/calendar')}>Calendar</a>
        </p>
      </section>
    </BusinessLayout>
  );
}

function YourNumber({ frame: { business } }: { frame: Frame }) {
  const { id, phoneNumber, status, repliesPaused } = business;
  const isActive = status === 'active';
  return (
    <section class="card">
      <h2>Your number</h2>
      {phoneNumber ? (
        <p class="number">
          <a href={`sms:${phoneNumber}`}>{displayPhone(phoneNumber)}</a>
        </p>
      ) : (
        <p>Your number is being set up.</p>
      )}
      <p class={isActive && !repliesPaused ? 'state on' : 'state'}>{stateOf(isActive, repliesPaused)}</p>
      {business.alertsStopped && <AlertsStopped business={business} />}
      {isActive && (
        <PostButton action={pathOf(id, '/replies')} fields={{ paused: repliesPaused ? 'no' : 'yes' }}>
          {repliesPaused ? 'Resume automatic replies' : 'Pause automatic replies'}
        </PostButton>
      )}
    </section>
  );
}

function stateOf(isActive: boolean, isPaused: boolean): string {
  if (!isActive) return 'Texts to this number are not answered at the moment.';
  return isPaused ? 'Automatic replies are paused. Texts are stored, and you hear of them.' : 'Texts to this number are answered.';
}

function Numbers({ stats }: { stats: Stats }) {
  const percent = stats.replyRate === null ? '–' : `${Math.round(stats.replyRate * 100)} %`;
  const median = stats.medianFirstResponseSeconds === null ? '–' : duration(stats.medianFirstResponseSeconds);
  const shown = [
    [statDefinitions.leadsThisWeek, String(stats.leadsThisWeek)],
    [statDefinitions.conversations, String(stats.conversations)],
    [statDefinitions.replyRate, percent],
    [statDefinitions.medianFirstResponseSeconds, median],
    [statDefinitions.bookings, String(stats.bookings)],
  ] as const;
  return (
    <section class="card">
      <h2>How it is going</h2>
      <dl class="stats">
        {shown.map(([{ title: label }, value]) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>What these numbers mean</summary>
        <dl>{shown.map(([{ title: label, definition }]) => [<dt>{label}</dt>, <dd class="plain">{definition}</dd>])}</dl>
        <p>Our tests, your own try-outs and the demo are in none of these numbers.</p>
      </details>
    </section>
  );
}

export function NoBusiness({ note }: { note?: string | undefined }) {
  return (
    <Layout title="No business yet" signedIn>
      {note === 'left' && (
        <p class="done" role="status">
          You have left the business.
        </p>
      )}
      <p class="card">
        You are signed in, but no business belongs to you. If you have just sent your details, your dashboard will be here within the hour.
      </p>
    </Layout>
  );
}
