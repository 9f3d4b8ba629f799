import type { Brand } from '../../../shared/config';
import { carried, type Interrupted } from '../interrupted';
import { Done, HiddenFields } from './business-layout';
import { Field } from './fields';
import { Alert, Layout, Message } from './layout';
import { TalkToUs } from './talk-to-us';

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

const deadLinks = {
  used: { title: 'This link has been used', why: 'Links to sign in work once. Nothing is wrong with your account.' },
  expired: { title: 'This link has expired', why: 'Links to sign in work for a limited time. Nothing is wrong with your account.' },
  unknown: {
    title: 'We don’t know this link',
    why: 'Open the link from our latest e-mail again, whole: some mail programs cut it in two.',
  },
  failed: {
    title: 'We could not sign you in just now',
    why: 'Something went wrong on our side, and the link is used up. Please have a new one e-mailed to you.',
  },
};

export function LinkDead({ brand, state, renewPath }: { brand: Brand; state: keyof typeof deadLinks; renewPath: string }) {
  const { title, why } = deadLinks[state];
  return (
    <Message title={title}>
      <p>{why}</p>
      {state !== 'unknown' && (
        <form method="post" action={renewPath}>
          <button type="submit">E-mail me a new link</button>
        </form>
      )}
      <p>
        Or <a href="/sign-in">sign in with your password</a>.
      </p>
      <TalkToUs brand={brand} />
    </Message>
  );
}

/** The same answer whether or not there was somebody to write to, and whether or not the mail went out. */
export function LinkSent() {
  return (
    <Message title="Check your e-mail">
      <p>If we know this address, a link to sign in is on its way. It can take a few minutes; look in your spam folder too.</p>
      <p>
        Nothing there after ten minutes? <a href="/sign-in">Ask for another one</a>.
      </p>
    </Message>
  );
}

interface SignInProps {
  brand: Brand;
  email: string;
  /** The path that was asked for, or nothing. */
  page: string;
  problem?: string;
  /** The key of what was just done. */
  note?: string | undefined;
  /** The form that was sent without a session. */
  interrupted?: Interrupted | undefined;
}

export function SignIn({ brand, email, page, problem, note, interrupted }: SignInProps) {
  return (
    <Layout title={interrupted ? 'Please sign in again' : 'Sign in'} wrong={problem !== undefined}>
      <Done note={note} />
      {problem && <Alert>{problem}</Alert>}
      {interrupted && (
        <>
          <p>You have been signed out in the meantime, so nothing was sent. Sign in with your password and you can go on where you were.</p>
          <WhatWasTyped interrupted={interrupted} hint="If you have a link e-mailed instead, copy this first." />
        </>
      )}
      <form method="post" action="/sign-in" class="card">
        <Field name="email" label="E-mail" type="email" value={email} problem={undefined} autocomplete="username" />
        <Field name="password" label="Password" type="password" value="" problem={undefined} autocomplete="current-password" />
        {page && <input type="hidden" name="page" value={page} />}
        {interrupted && <HiddenFields fields={carried(interrupted)} />}
        <button type="submit">Sign in</button>
      </form>
      <form method="post" action="/sign-in/link" class="card">
        <h2>No password, or forgotten?</h2>
        <div class="field">
          <label for="link-email">E-mail for the link</label>
          <input id="link-email" name="email" type="email" value={email} autocomplete="username" required />
        </div>
        <button class="quiet" type="submit">
          E-mail me a link
        </button>
      </form>
      <TalkToUs brand={brand} />
    </Layout>
  );
}

/** Fields that people type into, in the words of their forms. */
const typedInto: Record<string, string> = {
  body: 'Your text',
  text: 'Your note',
  title: 'What',
  day: 'Day',
  start: 'Starts at',
  minutes: 'Minutes',
  facts: 'What it should know',
  businessName: 'Business name',
  services: 'Services',
  currentBookingProcess: 'How customers book today',
  goals: 'Goals',
  email: 'E-mail',
  phone: 'Phone',
};

function WhatWasTyped({ interrupted: { fields }, hint }: { interrupted: Interrupted; hint?: string }) {
  const typed = Object.entries(typedInto).flatMap(([name, label]) => (fields[name] ? [{ label, text: fields[name] }] : []));
  if (typed.length === 0) return null;
  return (
    <section class="card">
      <h2>What you typed</h2>
      {hint && <p class="hint">{hint}</p>}
      <dl class="facts">{typed.map(({ label, text }) => [<dt>{label}</dt>, <dd class="lines-kept">{text}</dd>])}</dl>
    </section>
  );
}

/** Signed in again after a form was sent without a session: nothing is sent that was not looked at once more. */
export function GoOn({ interrupted }: { interrupted: Interrupted }) {
  return (
    <Layout title="You are signed in again" signedIn>
      <p>Press the button to send what you had begun.</p>
      <WhatWasTyped interrupted={interrupted} />
      <form method="post" action={interrupted.path}>
        <HiddenFields fields={interrupted.fields} />
        <button type="submit">Send it</button>
      </form>
      <p>
        <a href="/dashboard">Leave it, go to my dashboard</a>
      </p>
    </Layout>
  );
}

export function SetPassword({ minimum, business, problem }: { minimum: number; business: string; problem?: string }) {
  return (
    <Layout title="Choose a password" signedIn wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
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
        {business && <input type="hidden" name="business" value={business} />}
        <button type="submit">{business ? 'Save' : 'Save and go to my dashboard'}</button>
      </form>
      <p>
        <a href={business ? `/dashboard/${business}/walkthrough` : '/dashboard'}>Not now</a> (you can have a link e-mailed to you every time
        instead).
      </p>
    </Layout>
  );
}
