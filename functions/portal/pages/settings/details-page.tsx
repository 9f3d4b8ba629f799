import { australianTimeZones } from '../../../../shared/time-zone';
import { Field, Select } from '../fields';
import { FormPage, type FormProps } from './form-page';

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
