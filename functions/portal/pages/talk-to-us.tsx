import type { Brand } from '../../../shared/config';
import { displayPhone } from '../../../shared/phone';

/** A person to turn to, on pages where somebody may be stuck and cannot tell us through the portal. */
export function TalkToUs({ brand }: { brand: Brand }) {
  return (
    <footer class="below">
      <span>
        Stuck? Call or text {brand.signerName} on <a href={`tel:${brand.phone}`}>{displayPhone(brand.phone)}</a>, or write to{' '}
        <a href={`mailto:${brand.replyTo}`}>{brand.replyTo}</a>.
      </span>
    </footer>
  );
}
