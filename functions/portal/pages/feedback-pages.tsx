import type { Brand } from '../../../shared/config';
import { displayPhone } from '../../../shared/phone';
import { pathOf } from '../paths';
import type { Typed } from '../form-fields';
import type { Frame } from '../member/frame';
import type { LeadThread } from '../member/leads';
import { BusinessLayout } from './business-layout';
import { Choice, Field } from './fields';
import { Alert } from './layout';

const kinds: [string, string][] = [
  ['bug', 'Something does not work'],
  ['confusion', 'Something is confusing'],
  ['feature', 'I wish it could do something'],
];

interface Props {
  frame: Frame;
  brand: Brand;
  typed: Typed;
  problem?: string;
  note?: string | undefined;
}

export function FeedbackFormPage({ frame, brand, typed, problem, note }: Props) {
  return (
    <BusinessLayout frame={frame} at="/feedback" title="Help and feedback" note={note} wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <section class="card">
        <h2>Talk to a person</h2>
        <p>
          Call or text {brand.signerName} on <a href={`tel:${brand.phone}`}>{displayPhone(brand.phone)}</a>, or write to{' '}
          <a href={`mailto:${brand.replyTo}`}>{brand.replyTo}</a>.
        </p>
        <p>
          New here? <a href={pathOf(frame.business.id, '/walkthrough')}>A few steps show you around.</a>
        </p>
      </section>
      <form method="post" action={pathOf(frame.business.id, '/feedback')} novalidate>
        <Choice name="kind" legend="What is it?" options={kinds} value={typed['kind'] ?? 'bug'} />
        <div class="card">
          <Field
            name="body"
            label="What happened, or what do you wish?"
            rows={5}
            maxlength={5000}
            value={typed['body']}
            problem={undefined}
          />
          {typed['about'] && (
            <p class="hint">
              We note that you came from the page “{typed['about']}”.
              <input type="hidden" name="about" value={typed['about']} />
            </p>
          )}
          <button type="submit">Send</button>
        </div>
      </form>
    </BusinessLayout>
  );
}

interface FlagProps {
  frame: Frame;
  leadId: string;
  message: LeadThread['messages'][number];
  problem?: string;
}

export function FlagPage({ frame, leadId, message, problem }: FlagProps) {
  const path = pathOf(frame.business.id, `/leads/${leadId}`);
  return (
    <BusinessLayout frame={frame} at="/leads" title="What was wrong with this answer?" wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <form method="post" action={`${path}/flag/${message.id}`} class="card" novalidate>
        <blockquote>{message.body}</blockquote>
        <Field
          name="body"
          label="What should it have said?"
          hint="A person at CoreSentia reads your words and this one answer, nothing else of the conversation."
          rows={4}
          maxlength={5000}
          required={false}
          value=""
          problem={undefined}
        />
        <button type="submit">Report this answer</button>
      </form>
      <p>
        <a href={path}>Back to the conversation</a>
      </p>
    </BusinessLayout>
  );
}
