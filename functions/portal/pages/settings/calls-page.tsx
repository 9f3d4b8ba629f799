import { displayPhone } from '../../../../shared/phone';
import { Box, Field } from '../fields';
import { FormPage, type FormProps } from './form-page';

/** A call to the business's number: rings a phone first, or goes straight to the text. */
export function CallsPage(props: FormProps) {
  const { settings, problems = {} } = props;
  const { ringFirst, ringPhone, ringSeconds } = settings;
  const stored = { ...(ringFirst && { ring: 'on' }), phone: ringPhone ? displayPhone(ringPhone) : '', seconds: String(ringSeconds) };
  const typed: Record<string, string> = props.typed ?? stored;
  return (
    <FormPage {...props} path="calls" title="What a call does">
      <fieldset class="choice">
        <legend>When somebody calls your CoreSentia number</legend>
        <Box name="ring" label="Ring my phone first" checked={typed['ring'] === 'on'} />
        <p class="hint">If nobody answers, or this is off, the caller hears that you will text, and gets a text from your number.</p>
      </fieldset>
      <div class="card">
        <Field
          name="phone"
          label="Phone to ring"
          hint="An Australian mobile or landline, not the CoreSentia number itself."
          type="tel"
          inputmode="tel"
          value={typed['phone']}
          problem={problems['ring-phone'] ?? problems['our-own-phone']}
          maxlength={20}
        />
        <Field
          name="seconds"
          label="Seconds to ring"
          hint="From 5 to 40. Choose fewer than your phone takes to its voicemail, or the voicemail answers: 18 is safe with most."
          type="number"
          inputmode="numeric"
          value={typed['seconds']}
          problem={problems['ring-seconds']}
        />
      </div>
    </FormPage>
  );
}
