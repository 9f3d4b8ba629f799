import { displayPhone } from '../../../../shared/phone';
import { AlertsStopped } from '../alerts-stopped';
import { Choice, Field } from '../fields';
import { FormPage, type FormProps } from './form-page';
import { ways } from './words';

export function NotificationsPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const { frame, notifyBy, notifyEmail, notifyPhone } = settings;
  const typed = props.typed ?? { by: notifyBy, email: notifyEmail ?? '', phone: notifyPhone ? displayPhone(notifyPhone) : '' };
  return (
    <FormPage {...props} path="notifications" title="How you hear of leads">
      {frame.business.alertsStopped && <AlertsStopped business={frame.business} />}
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
        <Field
          name="phone"
          label="Mobile"
          type="tel"
          inputmode="tel"
          value={typed['phone']}
          problem={problems['phone'] ?? problems['our-own-phone']}
          maxlength={20}
        />
      </div>
    </FormPage>
  );
}
