import { defaultJobDuration, defaultTravelBuffer, defaultWorkingHours, weekdays } from '../../../../shared/working-hours';
import { typedHours } from '../../form-fields';
import { Day, Field, Problem } from '../fields';
import { FormPage, type FormProps } from './form-page';

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
