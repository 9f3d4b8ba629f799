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

export function Refused({ title, advice }: { title: string; advice: string }) {
  return (
    <Message title={title}>
      <p>{advice}</p>
    </Message>
  );
}
