import { pathOf } from '../../paths';
import { dayAndTime, zoneOf } from '../../local-time';
import { BusinessLayout, PostButton } from '../business-layout';
import { Field } from '../fields';
import { Alert } from '../layout';
import type { FormProps } from './form-page';

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
