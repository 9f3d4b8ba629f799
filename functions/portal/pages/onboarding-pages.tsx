import type { OnboardingForm } from '../../../shared/onboarding-form';
import { displayPhone } from '../../../shared/phone';
import { Layout, Message } from './layout';

/** After the form is in: what we have understood, what happens next, and how to change it. */
export function Thanks({ form, editPath }: { form: OnboardingForm; editPath: string | null }) {
  return (
    <Layout title={`Thanks, ${form.firstName}, we have everything we need`}>
      <div class="card">
        <h2>What happens next</h2>
        {editPath ? (
          <ol>
            <li>We set up your own Australian mobile number and your dashboard. You don’t have to do anything.</li>
            <li>We test it: a real text in, a real answer out.</li>
            <li>
              You get an e-mail at <strong>{form.email}</strong> with your number and the way into your dashboard, usually within the hour.
            </li>
          </ol>
        ) : (
          <p>
            As soon as your deposit is paid we e-mail the address on the invoice, and one tap there uses this form. If you have paid
            already, look for our e-mail “Great! Let’s get you set up”.
          </p>
        )}
      </div>
      <dl>
        <dt>Business</dt>
        <dd>{form.businessName}</dd>
        <dt>Sign-in mobile</dt>
        <dd>{displayPhone(form.mobile)}</dd>
        <dt>Time zone</dt>
        <dd>{form.timeZone.replace(/_/g, ' ')}</dd>
      </dl>
      {editPath && (
        <p>
          Something not right? <a href={editPath}>Change your details</a> (until we buy your number).
        </p>
      )}
    </Layout>
  );
}

/** The invite is past the point where the form can change anything. */
export function InviteClosed() {
  return (
    <Message title="Your details are already in use">
      <p>Your number is being set up with the details you sent. To change something now, reply to our e-mail and we will sort it out.</p>
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

/** The same answer whether or not there was somebody to write to. */
export function InviteRenewed() {
  return (
    <Message title="Check your e-mail">
      <p>If this link was yours, a new one is on its way to the e-mail address on your invoice. It can take a few minutes.</p>
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
