import { randomUUID } from 'node:crypto';
import { displayPhone } from '../../../shared/phone';
import { pathOf } from '../paths';
import { dayAndTime, longDay, zoneOf } from '../local-time';
import type { Frame } from '../member/frame';
import type { LeadThread } from '../member/leads';
import { BookingLines } from './booking-lines';
import { BusinessLayout, PostButton } from './business-layout';
import { Alert } from './layout';
import { LeadTags, nameOf } from './lead-lines';

interface Props {
  thread: LeadThread;
  note?: string | undefined;
  /** What was typed and could not be sent, and why. */
  draft?: string;
  problem?: string;
}

/** One conversation: the texts, an answer by hand, and what became of the lead. */
export function ThreadPage({ thread: { frame, lead, messages, hasEarlier, hasLater, bookings }, note, draft = '', problem }: Props) {
  const { business } = frame;
  const path = pathOf(business.id, `/leads/${lead.id}`);
  return (
    <BusinessLayout frame={frame} at="/leads" title={nameOf(lead)} note={note} wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <p class="head">
        <LeadTags lead={lead} />
        <a href={`tel:${lead.phone}`}>Call {displayPhone(lead.phone)}</a>
        <span class="hint">Since {longDay(lead.createdAt, zoneOf(business))}</span>
      </p>
      <section class="card">
        <h2>Conversation</h2>
        {hasEarlier && (
          <p>
            <a href={`${path}?before=${messages[0]?.id ?? ''}`}>Earlier texts</a>
          </p>
        )}
        <ol class="thread">
          {messages.map((message) => (
            <Message message={message} business={business} flagPath={`${path}/flag/${message.id}`} />
          ))}
        </ol>
        {hasLater && (
          <p>
            <a href={path}>The newest texts</a>
          </p>
        )}
        {!lead.isDemo && !lead.optedOut && <Answer path={path} draft={draft} />}
        <WhoAnswers path={path} takenOver={lead.takenOverAt !== null} optedOut={lead.optedOut} />
      </section>
      <section class="card">
        <h2>What became of it</h2>
        <div class="buttons">
          {lead.outcome !== 'won' && <Outcome path={path} outcome="won" label="Won" />}
          {lead.outcome !== 'lost' && <Outcome path={path} outcome="lost" label="Lost" />}
          {lead.outcome !== null && <Outcome path={path} outcome="open" label="Open again" />}
          <a class="button quiet small" href={pathOf(business.id, `/calendar/new?lead=${lead.id}`)}>
            Make a booking
          </a>
        </div>
        {bookings.length > 0 && <BookingLines bookings={bookings} business={business} />}
      </section>
      <p>
        <a href={`${path}/delete`}>{lead.isDemo ? 'Delete the demo conversation' : 'Delete this lead and all its texts'}</a>
      </p>
    </BusinessLayout>
  );
}

const deliveries: Record<string, string> = {
  pending: 'not sent yet',
  claimed: 'being sent',
  queued: 'being sent',
  sending: 'being sent',
  released: 'not sent',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'not delivered',
  failed: 'not sent',
  unknown: 'we don’t know whether it was sent',
};

function Message({
  message,
  business,
  flagPath,
}: {
  message: LeadThread['messages'][number];
  business: Frame['business'];
  flagPath: string;
}) {
  const { direction, body, at, byHand, delivery, flagged, mediaCount } = message;
  const isAssistant = direction === 'outbound' && !byHand;
  return (
    <li class={direction}>
      <span class="who">
        {direction === 'inbound' ? 'Lead' : byHand ? 'You, by hand' : 'Assistant'} ·{' '}
        <time datetime={at}>{dayAndTime(at, zoneOf(business))}</time>
        {delivery && ` · ${deliveries[delivery] ?? delivery}`}
      </span>
      <span class="text">{body}</span>
      {mediaCount > 0 && <span class="who">with {mediaCount === 1 ? 'a picture' : `${mediaCount} pictures`}, which we do not keep</span>}
      {isAssistant && <span class="who">{flagged ? 'You said this was wrong.' : <a href={flagPath}>This answer was wrong</a>}</span>}
    </li>
  );
}

function Answer({ path, draft }: { path: string; draft: string }) {
  return (
    <form method="post" action={`${path}/reply`} class="answer">
      <input type="hidden" name="formKey" value={randomUUID()} />
      <div class="field">
        <label for="body">Answer by hand</label>
        <p class="hint" id="body-hint">
          It goes out as a text from your number, and the assistant stays out of this conversation until you hand it back.
        </p>
        <textarea id="body" name="body" rows={3} maxlength={1000} required aria-describedby="body-hint">
          {draft}
        </textarea>
      </div>
      <button type="submit">Send</button>
    </form>
  );
}

function WhoAnswers({ path, takenOver, optedOut }: { path: string; takenOver: boolean; optedOut: boolean }) {
  if (optedOut) return <p class="hint">This person has opted out: nothing is sent until they write START.</p>;
  return (
    <div class="buttons">
      <span class="state">{takenOver ? 'You answer this lead.' : 'The assistant answers this lead.'}</span>
      <PostButton action={`${path}/take-over`} fields={{ taken: takenOver ? 'no' : 'yes' }}>
        {takenOver ? 'Hand back to the assistant' : 'Take over'}
      </PostButton>
    </div>
  );
}

function Outcome({ path, outcome, label }: { path: string; outcome: string; label: string }) {
  return (
    <PostButton action={`${path}/outcome`} fields={{ outcome }}>
      {label}
    </PostButton>
  );
}
