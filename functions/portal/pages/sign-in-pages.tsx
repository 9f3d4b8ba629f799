import { Field, Layout, Message } from './layout';

/** Where the link of a mail lands: only the button signs in. */
export function LinkLanding({ action }: { action: string }) {
  return (
    <Message title="Welcome to CoreSentia">
      <p>Press the button to sign in to your dashboard and choose a password.</p>
      <form method="post" action={action}>
        <button type="submit">Sign in</button>
      </form>
    </Message>
  );
}

export function LinkDead({ state, renewPath }: { state: 'used' | 'expired' | 'unknown'; renewPath: string }) {
  const title = { used: 'This link has been used', expired: 'This link has expired', unknown: 'We don’t know this link' }[state];
  return (
    <Message title={title}>
      <p>Links to sign in work once and for a limited time. Nothing is wrong with your account.</p>
      {state !== 'unknown' && (
        <form method="post" action={renewPath}>
          <button type="submit">E-mail me a new link</button>
        </form>
      )}
      <p>
        Or <a href="/sign-in">sign in with your password</a>.
      </p>
    </Message>
  );
}

export function LinkSent() {
  return (
    <Message title="Check your e-mail">
      <p>If we know this address, a link to sign in is on its way. It can take a few minutes; look in your spam folder too.</p>
      <p>
        <a href="/sign-in">Back to sign in</a>
      </p>
    </Message>
  );
}

export function SignIn({ email, problem }: { email: string; problem?: string }) {
  return (
    <Layout title="Sign in">
      {problem && (
        <p class="alert" role="alert">
          {problem}
        </p>
      )}
      <form method="post" action="/sign-in" class="card">
        <Field name="email" label="E-mail" type="email" value={email} problem={undefined} autocomplete="username" />
        <Field name="password" label="Password" type="password" value="" problem={undefined} autocomplete="current-password" />
        <button type="submit">Sign in</button>
      </form>
      <form method="post" action="/sign-in/link" class="card">
        <h2>No password, or forgotten?</h2>
        <div class="field">
          <label for="link-email">E-mail</label>
          <input id="link-email" name="email" type="email" value={email} autocomplete="username" required />
        </div>
        <button class="quiet" type="submit">
          E-mail me a link
        </button>
      </form>
    </Layout>
  );
}

export function SetPassword({ minimum, problem }: { minimum: number; problem?: string }) {
  return (
    <Layout title="Choose a password" signedIn>
      {problem && (
        <p class="alert" role="alert">
          {problem}
        </p>
      )}
      <form method="post" action="/set-password" class="card">
        <Field
          name="password"
          label="New password"
          type="password"
          value=""
          problem={undefined}
          hint={`At least ${minimum} characters. A few words you can remember are best.`}
          autocomplete="new-password"
        />
        <Field name="again" label="The same again" type="password" value="" problem={undefined} autocomplete="new-password" />
        <button type="submit">Save and go to my dashboard</button>
      </form>
      <p>
        <a href="/dashboard">Not now</a> (you can have a link e-mailed to you every time instead).
      </p>
    </Layout>
  );
}
