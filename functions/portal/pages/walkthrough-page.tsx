import { displayPhone } from '../../../shared/phone';
import { pathOf } from '../paths';
import type { Frame, Walkthrough, WalkthroughStep } from '../member/frame';
import { BusinessLayout, PostButton } from './business-layout';

type Business = Frame['business'];
interface Step {
  title: string;
  text: (business: Business) => string;
  /** Where it is done. */
  link: (business: Business) => { href: string; label: string } | null;
}

const steps: Record<WalkthroughStep, Step> = {
  'set-password': {
    title: 'Choose a password',
    text: () => 'Then you can sign in on any phone or computer without waiting for an e-mail.',
    link: ({ id }) => ({ href: `/set-password?business=${id}`, label: 'Choose a password' }),
  },
  'see-demo': {
    title: 'See the demo booking',
    text: () => 'We put one made-up customer into your calendar, so that you see what a booking looks like.',
    link: ({ id }) => ({ href: pathOf(id, '/calendar/demo'), label: 'Open the demo booking' }),
  },
  'text-number': {
    title: 'Text your number',
    text: ({ phoneNumber }) =>
      `Send a text to ${phoneNumber ? displayPhone(phoneNumber) : 'your number'} from your own phone, as a customer would. The answer comes within seconds, and you find yourself under Leads.`,
    link: ({ phoneNumber }) => (phoneNumber ? { href: `sms:${phoneNumber}`, label: `Text ${displayPhone(phoneNumber)}` } : null),
  },
  'check-hours': {
    title: 'Check your working hours',
    text: () => 'Bookings are made within these hours. Save them, changed or not.',
    link: ({ id }) => ({ href: pathOf(id, '/settings/hours'), label: 'Check my hours' }),
  },
  'delete-demo': {
    title: 'Delete the demo',
    text: () => 'You have seen it: away with the made-up customer and the booking.',
    link: () => null,
  },
};

const left = ({ walkthrough }: Frame) => walkthrough.filter(({ status }) => status === 'open');
const doneCount = ({ walkthrough }: Frame) => walkthrough.filter(({ status }) => status === 'done').length;

/** On the dashboard until every step is done or skipped. */
export function WalkthroughCard({ frame }: { frame: Frame }) {
  const [next] = left(frame);
  if (!next) return null;
  return (
    <section class="card hint-card">
      <h2>
        Get to know it: {doneCount(frame)} of {frame.walkthrough.length} done
      </h2>
      <p>
        Next: <strong>{steps[next.step].title}</strong>. {steps[next.step].text(frame.business)}
      </p>
      <div class="buttons">
        <a class="button" href={pathOf(frame.business.id, '/walkthrough')}>
          Go on
        </a>
        <PostButton action={pathOf(frame.business.id, '/walkthrough/skip')} fields={{ skip: 'yes' }}>
          Skip the rest
        </PostButton>
      </div>
    </section>
  );
}

const words = { open: 'to do', done: 'done', skipped: 'skipped' } as const;

export function WalkthroughPage({ frame, note }: { frame: Frame; note: string | undefined }) {
  const open = left(frame);
  const skipped = frame.walkthrough.some(({ status }) => status === 'skipped');
  return (
    <BusinessLayout
      frame={frame}
      at="none"
      title={`${['No', 'One', 'Two', 'Three', 'Four', 'Five'][frame.walkthrough.length] ?? 'The'} steps to know your way around`}
      note={note}
    >
      <ol class="steps card">
        {frame.walkthrough.map((step) => (
          <li class={step.status === 'done' ? 'is-done' : undefined}>
            <h2>
              {steps[step.step].title} <span class="tag">{words[step.status]}</span>
            </h2>
            <p>{steps[step.step].text(frame.business)}</p>
            {step.status !== 'done' && <Action step={step} business={frame.business} />}
          </li>
        ))}
      </ol>
      {open.length === 0 && <p>{skipped ? 'You have skipped what was left.' : 'That is all. You know your way around.'}</p>}
      <div class="buttons">
        <a class="button" href={pathOf(frame.business.id)}>
          Go to my dashboard
        </a>
        {open.length > 0 && (
          <PostButton action={pathOf(frame.business.id, '/walkthrough/skip')} fields={{ skip: 'yes' }}>
            Skip the rest
          </PostButton>
        )}
        {skipped && (
          <PostButton action={pathOf(frame.business.id, '/walkthrough/skip')} fields={{ skip: 'no' }}>
            Take it up again
          </PostButton>
        )}
      </div>
    </BusinessLayout>
  );
}

function Action({ step: { step }, business }: { step: Walkthrough[number]; business: Business }) {
  if (step === 'delete-demo') return <PostButton action={pathOf(business.id, '/walkthrough/delete-demo')}>Delete the demo</PostButton>;
  const link = steps[step].link(business);
  if (!link) return null;
  return (
    <p>
      <a class="button quiet" href={link.href}>
        {link.label}
      </a>
    </p>
  );
}
