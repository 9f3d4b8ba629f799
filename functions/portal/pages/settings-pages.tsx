import type { Child } from 'hono/jsx';
import { displayPhone } from '../../../shared/phone';
import { australianTimeZones } from '../../../shared/time-zone';
import { defaultJobDuration, defaultTravelBuffer, defaultWorkingHours, weekdays } from '../../../shared/working-hours';
import { pathOf } from '../business';
import { type Problems, type Typed, typedHours } from '../form-fields';
import { dayAndTime, zoneOf } from '../local-time';
import { type SettingsData, replyTopics } from '../member/settings';
import { BusinessLayout, PostButton } from './business-layout';
import { Box, Choice, Day, Field, Problem, Select } from './fields';
import { Alert } from './layout';

/** What was typed and what is wrong with it; nothing of both: what is stored is shown. */
interface FormProps {
  settings: SettingsData;
  typed?: Typed;
  problems?: Problems;
}

const ways = { both: 'Text and e-mail', sms: 'Text only', email: 'E-mail only', none: 'Not at all' } as const;
const tones = { friendly: 'Friendly', professional: 'Professional', relaxed: 'Relaxed' } as const;
const topics = {
  services: 'What you do',
  hours: 'When you are open',
  'service-area': 'Where you work',
  'booking-times': 'Times that are free',
  'payment-methods': 'How to pay',
  'call-out-fee': 'Your call-out fee',
} as const;

/** All settings at one look, each with a way to change it. */
export function SettingsPage({ settings, note }: { settings: SettingsData; note: string | undefined }) {
  const { frame, workingHours } = settings;
  const open = weekdays.filter((day) => workingHours?.[day].enabled);
  return (
    <BusinessLayout frame={frame} at="/settings" title="Settings" note={note}>
      <Part settings={settings} path="hours" title="Hours and bookings">
        <ul class="plain">
          {open.map((day) => (
            <li>
              {capital(day)}: {workingHours?.[day].start} to {workingHours?.[day].end}
            </li>
          ))}
        </ul>
        {open.length === 0 && <p>Closed all week.</p>}
        <p>
          {settings.travelBuffer ?? defaultTravelBuffer} minutes to travel, {settings.jobDuration ?? defaultJobDuration} minutes for a job.
        </p>
      </Part>
      <Part settings={settings} path="details" title="Business details">
        <p>
          {settings.businessName} · {zoneOf(settings).replace(/_/g, ' ')}
        </p>
        <p>{settings.services}</p>
      </Part>
      <Part settings={settings} path="notifications" title="How you hear of leads">
        <p>
          {ways[settings.notifyBy]}: {settings.notifyPhone && displayPhone(settings.notifyPhone)} · {settings.notifyEmail}
        </p>
        {settings.alertsStoppedAt && (
          <p class="problem">You texted STOP to your number: texts to you are off. Text START to it to get them again.</p>
        )}
      </Part>
      <Part settings={settings} path="replies" title="What the assistant says">
        <p>
          {tones[settings.replyTone]}; it may talk about{' '}
          {settings.replyTopics.map((topic) => topics[topic].toLowerCase()).join(', ') || 'nothing of these'}.
        </p>
      </Part>
      <Part settings={settings} path="privacy" title="Privacy">
        <p>Leads are deleted {settings.retentionMonths} months after their last text.</p>
      </Part>
      <section class="card">
        <h2>People and history</h2>
        <p>
          <a href={pathOf(frame.business.id, '/people')}>Who can sign in here</a>
        </p>
        <p>
          <a href={pathOf(frame.business.id, '/history')}>Who changed what</a>
        </p>
        <p>
          <a href={pathOf(frame.business.id, '/walkthrough')}>The five steps of the first day</a>
        </p>
      </section>
    </BusinessLayout>
  );
}

function Part({ settings, path, title, children }: { settings: SettingsData; path: string; title: string; children: Child }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
      <p>
        <a class="button quiet small" href={pathOf(settings.frame.business.id, `/settings/${path}`)}>
          Change <span class="unseen">{title.toLowerCase()}</span>
        </a>
      </p>
    </section>
  );
}

function FormPage(props: FormProps & { path: string; title: string; children: Child }) {
  const { settings, problems = {}, path, title, children } = props;
  const { id } = settings.frame.business;
  const wrong = Object.values(problems);
  return (
    <BusinessLayout frame={settings.frame} at="/settings" title={title} wrong={wrong.length > 0}>
      {wrong.length > 0 && (
        <Alert>
          <p>Nothing is saved yet. {wrong.join(' ')}</p>
        </Alert>
      )}
      <form method="post" action={pathOf(id, `/settings/${path}`)} novalidate>
        {children}
        <button type="submit">Save</button>
      </form>
      <p>
        <a href={pathOf(id, '/settings')}>Back to settings</a>
      </p>
    </BusinessLayout>
  );
}

export function HoursPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const typed = props.typed ?? {
    ...typedHours(settings.workingHours ?? defaultWorkingHours),
    travelBuffer: String(settings.travelBuffer ?? defaultTravelBuffer),
    jobDuration: String(settings.jobDuration ?? defaultJobDuration),
  };
  return (
    <FormPage {...props} path="hours" title="Hours and bookings">
      <fieldset>
        <legend>Working hours</legend>
        <p class="hint">Tick the days that you work. Bookings are made within these hours.</p>
        <Problem name="working-hours" text={problems['working-hours']} />
        {weekdays.map((day) => (
          <Day day={day} typed={typed} problem={problems[day]} />
        ))}
      </fieldset>
      <div class="card pair">
        <Field
          name="travelBuffer"
          label="Minutes to travel"
          hint="Kept free between two bookings."
          type="number"
          inputmode="numeric"
          value={typed['travelBuffer']}
          problem={problems['travel-buffer']}
        />
        <Field
          name="jobDuration"
          label="Minutes for a job"
          hint="What a booking takes if nobody says otherwise."
          type="number"
          inputmode="numeric"
          value={typed['jobDuration']}
          problem={problems['job-duration']}
        />
      </div>
    </FormPage>
  );
}

export function DetailsPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const { businessName, services, timeZone } = settings;
  const typed = props.typed ?? { businessName, services: services ?? '', timeZone: timeZone ?? '' };
  return (
    <FormPage {...props} path="details" title="Business details">
      <div class="card">
        <Field name="businessName" label="Business name" value={typed['businessName']} problem={problems['business-name']} maxlength={80} />
        <Field
          name="services"
          label="What services do you offer?"
          hint="Customers’ texts are answered with this in mind."
          rows={4}
          maxlength={1000}
          value={typed['services']}
          problem={problems['services']}
        />
        <Select
          name="timeZone"
          label="Time zone"
          value={typed['timeZone']}
          problem={problems['time-zone']}
          options={australianTimeZones}
          empty="Choose…"
          required
        />
      </div>
    </FormPage>
  );
}

export function NotificationsPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const { notifyBy, notifyEmail, notifyPhone } = settings;
  const typed = props.typed ?? { by: notifyBy, email: notifyEmail ?? '', phone: notifyPhone ? displayPhone(notifyPhone) : '' };
  return (
    <FormPage {...props} path="notifications" title="How you hear of leads">
      <Choice name="by" legend="When a lead writes, tell me by" options={Object.entries(ways)} value={typed['by'] ?? ''} />
      <div class="card">
        <Field
          name="email"
          label="E-mail"
          type="email"
          inputmode="email"
          value={typed['email']}
          problem={problems['email']}
          maxlength={200}
        />
        <Field name="phone" label="Mobile" type="tel" inputmode="tel" value={typed['phone']} problem={problems['phone']} maxlength={20} />
      </div>
    </FormPage>
  );
}

export function RepliesPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const stored = Object.fromEntries(settings.replyTopics.map((topic) => [`topic_${topic}`, 'on']));
  const typed: Typed = props.typed ?? { tone: settings.replyTone, facts: settings.replyFacts, ...stored };
  return (
    <FormPage {...props} path="replies" title="What the assistant says">
      <Choice name="tone" legend="Its tone" options={Object.entries(tones)} value={typed['tone'] ?? ''} />
      <fieldset class="choice">
        <legend>It may talk about</legend>
        {replyTopics.map((topic) => (
          <Box name={`topic_${topic}`} label={topics[topic]} checked={typed[`topic_${topic}`] === 'on'} />
        ))}
      </fieldset>
      <div class="card">
        <Field
          name="facts"
          label="What it should know"
          hint="For example your call-out fee, or how you like to be paid. It says nothing that is not here or in your details."
          rows={5}
          maxlength={1000}
          required={false}
          value={typed['facts']}
          problem={problems['facts']}
        />
      </div>
    </FormPage>
  );
}

const hoursToRead = [
  ['1', 'for 1 hour'],
  ['24', 'for a day'],
  ['168', 'for a week'],
] as const;

/** How long leads are kept, and who at CoreSentia may look. */
export function PrivacyPage({ settings, typed, problems = {}, note }: FormProps & { note?: string | undefined }) {
  const { frame, accessGrant } = settings;
  const path = pathOf(frame.business.id, '/settings');
  const isOpen = accessGrant !== null && Date.parse(accessGrant.expiresAt) > Date.now();
  const wrong = Object.values(problems);
  return (
    <BusinessLayout frame={frame} at="/settings" title="Privacy" note={note} wrong={wrong.length > 0}>
      {wrong.length > 0 && <Alert>{wrong.join(' ')}</Alert>}
      <form method="post" action={`${path}/retention`} class="card" novalidate>
        <h2>How long leads are kept</h2>
        <Field
          name="months"
          label="Months after the last text"
          hint="Then the lead and all its texts are deleted. That a number has opted out stays known, without the number."
          type="number"
          inputmode="numeric"
          value={typed?.['months'] ?? String(settings.retentionMonths)}
          problem={problems['months']}
        />
        <button type="submit">Save</button>
      </form>
      <section class="card">
        <h2>Who at CoreSentia can read your conversations</h2>
        <p>
          Nobody, except answers that you flag as wrong. If we help you with a problem you can let us look for a while; each look is in{' '}
          <a href={pathOf(frame.business.id, '/history')}>your history</a>.
        </p>
        {isOpen && (
          <p>
            <strong>Open until {dayAndTime(accessGrant.expiresAt, zoneOf(frame.business))}.</strong>
          </p>
        )}
        <div class="buttons">
          {!isOpen &&
            hoursToRead.map(([hours, label]) => (
              <PostButton action={`${path}/access`} fields={{ hours }}>
                Let CoreSentia read {label}
              </PostButton>
            ))}
          {isOpen && (
            <PostButton action={`${path}/access`} fields={{ hours: 'end' }}>
              End it now
            </PostButton>
          )}
        </div>
      </section>
      <p>
        <a href={path}>Back to settings</a>
      </p>
    </BusinessLayout>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
