import { displayPhone } from '../../../shared/phone';
import type { Frame } from '../member/frame';

/** The owner's phone texted STOP: the law lets only START from that phone undo it. */
export function AlertsStopped({ business: { phoneNumber } }: { business: Frame['business'] }) {
  return (
    <p class="problem">
      Texts about new leads are off: the phone that gets them texted STOP to your number. To have them again, text START from that phone to{' '}
      {phoneNumber ? <a href={`sms:${phoneNumber}`}>{displayPhone(phoneNumber)}</a> : 'your number'}.
    </p>
  );
}
