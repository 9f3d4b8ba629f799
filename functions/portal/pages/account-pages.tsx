import type { Account } from '../member/frame';
import { Done, PostButton } from './business-layout';
import { Field } from './fields';
import { Alert, Layout, Message } from './layout';

interface Props {
  account: Account;
  typed?: string;
  problem?: string;
  note?: string | undefined;
}

/** One sign-in can open several businesses: this page belongs to none of them. */
export function AccountPage({ account: { email, businesses, emailChange, operatorName }, typed = '', problem, note }: Props) {
  return (
    <Layout title="Your sign-in" signedIn wrong={problem !== undefined}>
      <Done note={note} />
      {problem && <Alert>{problem}</Alert>}
      <section class="card">
        <h2>Opens</h2>
        <ul class="plain">
          {businesses.map(({ id, name }) => (
            <li>
              <a href={`/dashboard/${id}`}>{name}</a>
            </li>
          ))}
          {operatorName !== null && (
            <li>
              <a href="/operator">The operator’s board</a>
            </li>
          )}
        </ul>
      </section>
      <section class="card">
        <h2>E-mail</h2>
        <p>
          You sign in with <strong>{email}</strong>.
        </p>
        {emailChange && (
          <>
            <p>
              You asked to change it to <strong>{emailChange.newEmail}</strong>. {missing(emailChange)}
            </p>
            <PostButton action="/account/email/withdraw">Keep the old one</PostButton>
          </>
        )}
        <form method="post" action="/account/email" novalidate>
          <Field
            name="email"
            label="New e-mail"
            hint="We send a link to the old and to the new address. It changes when both are used."
            type="email"
            inputmode="email"
            value={typed}
            problem={undefined}
            autocomplete="email"
            maxlength={200}
          />
          <button type="submit">Change e-mail</button>
        </form>
      </section>
      <section class="card">
        <h2>Password and devices</h2>
        <p>
          <a href="/set-password">Choose a new password</a>
        </p>
        <PostButton action="/account/sign-out-everywhere">Sign out everywhere</PostButton>
      </section>
      {businesses[0] && (
        <footer class="below">
          <a href={`/dashboard/${businesses[0].id}/feedback?about=Your+sign-in`}>Something wrong or confusing here? Tell us</a>
        </footer>
      )}
    </Layout>
  );
}

function missing({ oldConfirmed, newConfirmed, expiresAt }: NonNullable<Account['emailChange']>): string {
  if (Date.parse(expiresAt) <= Date.now()) return 'The links have expired, so it stays as it is. Ask again below.';
  if (oldConfirmed && newConfirmed)
    return 'Both addresses have confirmed it, but it is not changed yet. Please open one of the links again.';
  if (!oldConfirmed && !newConfirmed) return 'Neither address has confirmed it yet.';
  return oldConfirmed ? 'The new address has not confirmed it yet.' : 'The old address has not confirmed it yet.';
}

/** Where a link of a mail lands; only the button does something. */
export function ConfirmPage({ title, text, action, button }: { title: string; text: string; action: string; button: string }) {
  return (
    <Message title={title}>
      <p>{text}</p>
      <form method="post" action={action}>
        <button type="submit">{button}</button>
      </form>
    </Message>
  );
}

/** What a link of a mail led to. */
export function LinkOutcome({ title, text, href, label }: { title: string; text: string; href: string; label: string }) {
  return (
    <Message title={title}>
      <p>{text}</p>
      <p>
        <a href={href}>{label}</a>
      </p>
    </Message>
  );
}
