import { australianTimeZones, states } from '../../../shared/time-zone';
import { type Weekday, weekdays } from '../../../shared/working-hours';
import type { Problems, Typed } from '../form-fields';
import { Field, Layout, Problem } from './layout';

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
}

/** The onboarding form: plain HTML, one column, what was typed is kept. */
export function OnboardingFormPage({ action, typed, problems = {}, trouble, offer, editing = false }: FormPageProps) {
  const wrong = Object.keys(problems).length;
  const field = (name: string) => ({ name, value: typed[name], problem: problems[name] });
  return (
    <Layout title={editing ? 'Change your details' : 'Tell us about your business'}>
      {trouble && (
        <p class="alert" role="alert">
          {trouble}
        </p>
      )}
      {wrong > 0 && (
        <p class="alert" role="alert">
          {wrong === 1 ? 'One thing needs' : `${wrong} things need`} another look. Nothing you typed is lost.
        </p>
      )}
      {offer && <Offer action={action} offer={offer} />}
      {!editing && <p>This takes about five minutes. It is everything we need to set up your number, your replies and your dashboard.</p>}
      <form method="post" action={action} novalidate>
        <fieldset>
          <legend>Your business</legend>
          <Field {...field('businessName')} label="Business name" autocomplete="organization" maxlength={80} />
          <Field
            {...field('services')}
            label="What services do you offer?"
            hint="Customers’ texts are answered with this in mind."
            rows={3}
            maxlength={1000}
          />
          <Field {...field('suburb')} label="Suburb" autocomplete="address-level2" maxlength={60} />
          <Select {...field('state')} label="State or territory" options={states} empty="Choose…" />
          <Field {...field('postcode')} label="Postcode" inputmode="numeric" autocomplete="postal-code" maxlength={4} />
          <Select {...field('timeZone')} label="Time zone" options={australianTimeZones} empty="Work it out from state and postcode" />
        </fieldset>
        <fieldset>
          <legend>Who runs it</legend>
          <p class="hint">This e-mail and mobile will sign in to your dashboard.</p>
          <Field {...field('firstName')} label="First name" autocomplete="given-name" maxlength={50} />
          <Field {...field('lastName')} label="Last name" autocomplete="family-name" maxlength={50} />
          <Field {...field('email')} label="E-mail" type="email" inputmode="email" autocomplete="email" maxlength={200} />
          <Field {...field('mobile')} label="Mobile" type="tel" inputmode="tel" autocomplete="tel-national" maxlength={20} />
        </fieldset>
        <fieldset>
          <legend>Working hours</legend>
          <Problem name="workingHours" text={problems['workingHours']} />
          {weekdays.map((day) => (
            <Day day={day} typed={typed} problem={problems[day]} />
          ))}
        </fieldset>
        <fieldset>
          <legend>How you work</legend>
          <Field {...field('currentBookingProcess')} label="How do customers book you today?" rows={3} maxlength={2000} />
          <Field {...field('goals')} label="What do you want to achieve?" rows={3} maxlength={2000} />
        </fieldset>
        <button type="submit">{editing ? 'Save changes' : 'Send'}</button>
      </form>
    </Layout>
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

function Select(props: {
  name: string;
  label: string;
  value: string | undefined;
  problem: string | undefined;
  options: readonly string[];
  empty: string;
}) {
  const { name, label, value, problem, options, empty } = props;
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={name}>{label}</label>
      <select id={name} name={name} aria-describedby={problem && `${name}-problem`} aria-invalid={problem ? 'true' : undefined}>
        <option value="">{empty}</option>
        {options.map((option) => (
          <option value={option} selected={option === value}>
            {option.replace(/_/g, ' ')}
          </option>
        ))}
      </select>
      <Problem name={name} text={problem} />
    </div>
  );
}

function Day({ day, typed, problem }: { day: Weekday; typed: Typed; problem: string | undefined }) {
  const name = day.charAt(0).toUpperCase() + day.slice(1);
  return (
    <div class={problem ? 'day wrong' : 'day'}>
      <label>
        <input type="checkbox" name={`${day}_enabled`} checked={typed[`${day}_enabled`] === 'on'} /> {name}
      </label>
      <input type="time" name={`${day}_start`} value={typed[`${day}_start`]} aria-label={`${name} from`} />
      <span aria-hidden="true">–</span>
      <input type="time" name={`${day}_end`} value={typed[`${day}_end`]} aria-label={`${name} to`} />
      <Problem name={day} text={problem} />
    </div>
  );
}
