import { australianTimeZones, states } from '../../../shared/time-zone';
import { weekdays } from '../../../shared/working-hours';
import { derivedTimeZone, type Problems, type Typed } from '../form-fields';
import { Day, Field, Problem, Select } from './fields';
import { Alert, Layout } from './layout';

export interface FormPageProps {
  /** Where the form posts to: the page's own path. */
  action: string;
  typed: Typed;
  problems?: Problems;
  /** Something that is wrong with our side, not with what was typed. */
  trouble?: string;
  /** A form that came without an invite, offered by its date. */
  offer?: { onboardingId: string; sentOn: string } | null;
  /** The client has sent it before and may still change it. */
  editing?: boolean;
  /** Name of a field that only a robot fills in. */
  trap?: string;
}

/** The onboarding form: plain HTML, one column, what was typed is kept. */
export function OnboardingFormPage(props: FormPageProps) {
  const { action, typed, problems = {}, trouble, offer, editing = false, trap } = props;
  const wrong = Object.keys(problems).length > 0;
  return (
    <Layout title={editing ? 'Change your details' : 'Tell us about your business'} wrong={wrong || trouble !== undefined}>
      {trouble && <Alert>{trouble}</Alert>}
      {wrong && <Summary problems={problems} />}
      {offer && <Offer action={action} offer={offer} />}
      {!editing && (
        <p class="lead">This takes about five minutes. It is everything we need to set up your number, your replies and your dashboard.</p>
      )}
      <form method="post" action={action} novalidate>
        <FormFields typed={typed} problems={problems} />
        {trap && <Trap name={trap} value={typed[trap]} />}
        <button type="submit">{editing ? 'Save changes' : 'Send'}</button>
      </form>
    </Layout>
  );
}

/** All of the form's fields. */
export function FormFields(answers: Answers) {
  return (
    <>
      <Business {...answers} />
      <Owner {...answers} />
      <Hours {...answers} />
      <Work {...answers} />
    </>
  );
}

interface Answers {
  typed: Typed;
  problems: Problems;
}

const field = (name: string, { typed, problems }: Answers) => ({ name, value: typed[name], problem: problems[name] });

function Business(answers: Answers) {
  const zone = derivedTimeZone(answers.typed);
  return (
    <fieldset>
      <legend>Your business</legend>
      <Field {...field('businessName', answers)} label="Business name" autocomplete="organization" maxlength={80} />
      <Field
        {...field('services', answers)}
        label="What services do you offer?"
        hint="Customers’ texts are answered with this in mind."
        rows={3}
        maxlength={1000}
      />
      <Field {...field('suburb', answers)} label="Suburb" autocomplete="address-level2" maxlength={60} />
      <div class="pair">
        <Select
          {...field('state', answers)}
          label="State or territory"
          options={states}
          empty="Choose…"
          required
          autocomplete="address-level1"
        />
        <Field {...field('postcode', answers)} label="Postcode" inputmode="numeric" autocomplete="postal-code" maxlength={4} />
      </div>
      <Select
        {...field('timeZone', answers)}
        label="Time zone"
        hint={`${zone ? `${zone.replace(/_/g, ' ')}, from` : 'We know it from'} state and postcode. Choose one only if yours is different.`}
        options={australianTimeZones}
        empty="Automatic"
      />
    </fieldset>
  );
}

function Owner(answers: Answers) {
  return (
    <fieldset>
      <legend>Who runs it</legend>
      <p class="hint">This e-mail and mobile will sign in to your dashboard.</p>
      <div class="pair">
        <Field {...field('firstName', answers)} label="First name" autocomplete="given-name" maxlength={50} />
        <Field {...field('lastName', answers)} label="Last name" autocomplete="family-name" maxlength={50} />
      </div>
      <Field {...field('email', answers)} label="E-mail" type="email" inputmode="email" autocomplete="email" maxlength={200} />
      <Field {...field('mobile', answers)} label="Mobile" type="tel" inputmode="tel" autocomplete="tel-national" maxlength={20} />
    </fieldset>
  );
}

function Hours({ typed, problems }: Answers) {
  return (
    <fieldset>
      <legend>Working hours</legend>
      <p class="hint">Tick the days that you work.</p>
      <Problem name="workingHours" text={problems['workingHours']} />
      {weekdays.map((day) => (
        <Day day={day} typed={typed} problem={problems[day]} />
      ))}
    </fieldset>
  );
}

function Work(answers: Answers) {
  return (
    <fieldset>
      <legend>How you work</legend>
      <Field {...field('currentBookingProcess', answers)} label="How do customers book you today?" rows={3} maxlength={2000} />
      <Field {...field('goals', answers)} label="What do you want to achieve?" rows={3} maxlength={2000} />
    </fieldset>
  );
}

/** All that is wrong, each with a link to its field. */
export function Summary({ problems }: { problems: Problems }) {
  const all = Object.entries(problems);
  return (
    <Alert>
      <p>{all.length === 1 ? 'One thing needs' : `${all.length} things need`} another look. Nothing you typed is lost.</p>
      <ul>
        {all.map(([name, text]) => (
          <li>
            <a href={`#${name === 'workingHours' ? weekdays[0] : name}`}>{text}</a>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

function Offer({ action, offer }: { action: string; offer: { onboardingId: string; sentOn: string } }) {
  return (
    <form method="post" action={`${action}/use-sent-form`} class="card">
      <p>We already have a form from this e-mail address, sent on {offer.sentOn}.</p>
      <input type="hidden" name="onboardingId" value={offer.onboardingId} />
      <button type="submit">Use the form sent on {offer.sentOn}</button>
    </form>
  );
}

/** Nobody sees it, no keyboard reaches it, no screen reader reads it. */
function Trap({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div class="trap" aria-hidden="true">
      <label for={name}>Leave this empty</label>
      <input id={name} name={name} value={value ?? ''} tabindex={-1} autocomplete="off" />
    </div>
  );
}
