import { Message } from './layout';

export function NotFound() {
  return (
    <Message title="Page not found">
      <p>There is nothing here, or it is not yours to see.</p>
      <p>
        <a href="/dashboard">Go to my dashboard</a>
      </p>
    </Message>
  );
}

/** `reference` finds the log line. */
export function ServerError({ reference }: { reference: string }) {
  return (
    <Message title="Something went wrong on our side">
      <p>Please go back and try again in a minute. What you had saved is safe.</p>
      <p>
        If it keeps happening, reply to any of our e-mails and quote <code>{reference}</code>.
      </p>
    </Message>
  );
}

const unreadable = {
  title: 'We could not read that',
  advice: 'Please go back, open the page again and send the form from there.',
};
const refusals: Record<number, { title: string; advice: string }> = {
  403: {
    title: 'Please go back and try again',
    advice: 'For your safety we only take forms that were sent from our own pages.',
  },
  405: { title: 'This page cannot do that', advice: 'Open it from the link in our e-mail, or from your dashboard.' },
  413: { title: 'That is too long', advice: 'Please go back, shorten what you typed and send it again.' },
};

/** A request that no page of ours makes. */
export function Refused({ status }: { status: number }) {
  const { title, advice } = refusals[status] ?? unreadable;
  return (
    <Message title={title}>
      <p>{advice}</p>
      <p>
        <a href="/dashboard">Go to my dashboard</a>
      </p>
    </Message>
  );
}
