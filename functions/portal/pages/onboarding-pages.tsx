import type { OnboardingForm } from '../../../shared/onboarding-form';
import { displayPhone } from '../../../shared/phone';
import { Layout, Message } from './layout';

interface ThanksProps {
  /** Null once the details are in use: an old link shows nothing of what was typed. */
  form: OnboardingForm | null;
  /** What comes next: the set-up, or first of all the deposit. */
  next: 'set-up' | 'deposit';
  /** Where the form can be changed. */
  editPath: string | null;
}

/** After the form is in: what happens next, what we have understood, and how to change it. */
export function Thanks({ form, next, editPath }: ThanksProps) {
  return (
    <Layout title={`Thanks${form ? `, ${form.firstName}` : ''}, we have everything we need`}>
      <section class="card">
        <h2>What happens next</h2>
        {next === 'set-up' ? <SetUp email={form?.email} /> : <Deposit />}
      </section>
      {form && <Understood form={form} />}
      {editPath && (
        <p>
          Something not right? <a href={editPath}>Change your details</a> (until we buy your number).
        </p>
      )}
      {next === 'deposit' && <p>Something not right? Go back, correct it and send it again: the newest form counts.</p>}
    </Layout>
  );
}

function SetUp({ email }: { email: string | undefined }) {
  return (
    <ol class="steps">
      <li>We set up your own Australian mobile number and your dashboard. You don’t have to do anything.</li>
      <li>We test it: a real text in, a real answer out.</li>
      <li>
        You get an e-mail{email && [' at ', <strong>{email}</strong>]} with your number and the way into your dashboard, usually within the
        hour.
      </li>
    </ol>
  );
}

function Deposit() {
  return (
    <p>
      As soon as your deposit is paid we e-mail the address on the invoice, and one tap there uses this form. If you have paid already, look
      for our e-mail “Great! Let’s get you set up”.
    </p>
  );
}

function Understood({ form }: { form: OnboardingForm }) {
  return (
    <section class="card">
      <h2>Your details</h2>
      <dl>
        <dt>Business</dt>
        <dd>{form.businessName}</dd>
        <dt>Sign-in e-mail</dt>
        <dd>{form.email}</dd>
        <dt>Sign-in mobile</dt>
        <dd>{displayPhone(form.mobile)}</dd>
        <dt>Time zone</dt>
        <dd>{form.timeZone.replace(/_/g, ' ')}</dd>
      </dl>
    </section>
  );
}

/** The invite is past the point where the form can change anything. */
export function InviteClosed() {
  return (
    <Message title="Your details are already in use">
      <p>We have your form, and your number is set up with it. To change something now, reply to our e-mail and we will sort it out.</p>
      <p>
        Already live? <a href="/dashboard">Go to my dashboard</a>
      </p>
    </Message>
  );
}

export function InviteExpired({ renewPath }: { renewPath: string }) {
  return (
    <Message title="This link has expired">
      <p>For your safety the link to the form works for a limited time. We can send a fresh one to the e-mail address on your invoice.</p>
      <form method="post" action={renewPath}>
        <button type="submit">E-mail me a new link</button>
      </form>
    </Message>
  );
}

/** The same answer whether or not there was somebody to write to, and whether or not the mail went out. */
export function InviteRenewed() {
  return (
    <Message title="Check your e-mail">
      <p>If this link was yours, a new one is on its way to the e-mail address on your invoice. It can take a few minutes.</p>
      <p>Nothing there after an hour, not in your spam folder either? Press the button once more, or reply to any of our e-mails.</p>
    </Message>
  );
}

export function InviteUnknown() {
  return (
    <Message title="We don’t know this link">
      <p>Open the link from our latest e-mail again, whole: some mail programs cut it in two.</p>
      <p>
        No e-mail yet? You can <a href="/onboarding">fill in the form without a link</a>.
      </p>
    </Message>
  );
}
