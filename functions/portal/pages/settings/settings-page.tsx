import type { Child } from 'hono/jsx';
import { displayPhone } from '../../../../shared/phone';
import { defaultJobDuration, defaultTravelBuffer, weekdays } from '../../../../shared/working-hours';
import { pathOf } from '../../paths';
import { clockWords, zoneOf } from '../../local-time';
import type { SettingsData } from '../../member/settings';
import { AlertsStopped } from '../alerts-stopped';
import { BusinessLayout } from '../business-layout';
import { tones, topics, ways } from './words';

/** All settings at one look, each with a way to change it. */
export function SettingsPage({ settings, note }: { settings: SettingsData; note: string | undefined }) {
  const { frame, workingHours } = settings;
  const open = weekdays.flatMap((day) => (workingHours?.[day].enabled ? [{ day, ...workingHours[day] }] : []));
  return (
    <BusinessLayout frame={frame} at="/settings" title="Settings" note={note}>
      <Part settings={settings} path="hours" title="Hours and bookings">
        <ul class="plain">
          {open.map(({ day, start, end }) => (
            <li>
              {capital(day)}: {clockWords(start)} to {clockWords(end)}
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
        {frame.business.alertsStopped && <AlertsStopped business={frame.business} />}
      </Part>
      <Part settings={settings} path="calls" title="What a call does">
        <p>{callsIn(settings)}</p>
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
          <a href={pathOf(frame.business.id, '/walkthrough')}>The steps of the first day</a>
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

function callsIn({ ringFirst, ringPhone, ringSeconds }: SettingsData): string {
  const text = 'the caller gets a text from your number.';
  if (!ringFirst || !ringPhone) return `It is not put through: ${text}`;
  return `It rings ${displayPhone(ringPhone)} for ${ringSeconds} seconds. If nobody answers, ${text}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
