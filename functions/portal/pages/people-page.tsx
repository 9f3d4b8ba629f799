import { pathOf } from '../paths';
import { dayAndTime, longDay, zoneOf } from '../local-time';
import type { Frame } from '../member/frame';
import type { PeopleData } from '../member/people';
import { BusinessLayout, PostButton } from './business-layout';
import { Field } from './fields';
import { Alert } from './layout';

type Person = PeopleData['people'][number];
interface Props {
  data: PeopleData;
  typed?: string;
  problem?: string;
  note?: string | undefined;
}

export function PeoplePage({ data: { frame, people, invitations }, typed = '', problem, note }: Props) {
  const path = pathOf(frame.business.id, '/people');
  const zone = zoneOf(frame.business);
  return (
    <BusinessLayout frame={frame} at="/settings" title="People" note={note} wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <p class="lead">You, the owner, see and change everything. Members see leads and calendar, not people or settings.</p>
      <ul class="lines">
        {people.map((person) => (
          <li>
            <p class="head">
              <strong>{person.email ?? 'somebody'}</strong> <span class="tag">{person.role}</span>
              {person.isMe && <span class="hint">you</span>}
            </p>
            <p class="preview">
              Since {longDay(person.since, zone)}
              {person.lastViewedAt ? `, last seen ${dayAndTime(person.lastViewedAt, zone)}` : ', not seen yet'}
            </p>
            {person.role === 'member' && (
              <p>
                <a href={`${path}/${person.userId}/remove`}>Remove</a> · <a href={`${path}/${person.userId}/hand-over`}>Make the owner</a>
              </p>
            )}
          </li>
        ))}
      </ul>
      <form method="post" action={`${path}/invite`} class="card" novalidate>
        <h2>Invite somebody</h2>
        <Field
          name="email"
          label="Their e-mail"
          type="email"
          inputmode="email"
          value={typed}
          problem={undefined}
          maxlength={200}
          autocomplete="off"
        />
        <button type="submit">Send the invitation</button>
      </form>
      {invitations.length > 0 && (
        <section class="card">
          <h2>Open invitations</h2>
          {invitations.map(({ email, expiresAt }) => (
            <div class="buttons">
              <span>
                {email} <span class="hint">until {longDay(expiresAt, zone)}</span>
              </span>
              <PostButton action={`${path}/withdraw`} fields={{ email }}>
                Withdraw <span class="unseen">the invitation of {email}</span>
              </PostButton>
            </div>
          ))}
        </section>
      )}
      <p>
        <a href={pathOf(frame.business.id, '/settings')}>Back to settings</a>
      </p>
    </BusinessLayout>
  );
}

const questions = {
  remove: { title: 'Remove this person?', text: 'has no access to this business from then on.', button: 'Remove' },
  'hand-over': {
    title: 'Hand the business over?',
    text: 'becomes the owner, and you a member: you cannot see people and settings any more, and cannot undo it yourself.',
    button: 'Hand it over',
  },
} as const;

export function RemovePage({ frame, person, what }: { frame: Frame; person: Person; what: keyof typeof questions }) {
  const { title, text, button } = questions[what];
  const path = pathOf(frame.business.id, '/people');
  return (
    <BusinessLayout frame={frame} at="/settings" title={title}>
      <div class="card">
        <p>
          <strong>{person.email ?? 'This person'}</strong> {text}
        </p>
        <div class="buttons">
          <PostButton action={`${path}/${person.userId}/${what}`} class="danger">
            {button}
          </PostButton>
          <a href={path}>Leave it as it is</a>
        </div>
      </div>
    </BusinessLayout>
  );
}

/** A member goes by himself; an owner hands over first. */
export function LeavePage({ frame }: { frame: Frame }) {
  const { id, name } = frame.business;
  const isOwner = frame.role === 'owner';
  return (
    <BusinessLayout frame={frame} at="none" title={`Leave ${name}?`}>
      <div class="card">
        <p>
          {isOwner
            ? 'You are the owner: hand the business over to somebody first.'
            : 'You see its leads and its calendar no more. Only the owner can invite you again.'}
        </p>
        <div class="buttons">
          {!isOwner && (
            <PostButton action={pathOf(id, '/leave')} class="danger">
              Leave
            </PostButton>
          )}
          {isOwner && <a href={pathOf(id, '/people')}>People</a>}
          <a href={pathOf(id)}>Stay</a>
        </div>
      </div>
    </BusinessLayout>
  );
}
