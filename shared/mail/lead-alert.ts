/** To the owner: somebody has texted. */
import type { Brand } from '../config';
import { displayPhone } from '../phone';
import { type Block, composeMail, type Mail } from './mail';

/** `from`: the business's number, E.164; `stopped`: the owner has texted STOP to it, so nothing can be texted. */
interface Facts {
  firstName: string | null;
  businessName: string;
  urgent: boolean;
  link: string;
  from: string | null;
  stopped: boolean;
}

export function leadAlertMail(brand: Brand, { firstName, businessName, urgent, link, from, stopped }: Facts): Mail {
  const news = urgent
    ? `Somebody who texted ${businessName} needs you now. We have asked them to call you; please have a look at once.`
    : `Somebody new has texted ${businessName}. We have answered, and the conversation is on your dashboard.`;
  return composeMail(brand, {
    subject: urgent ? `Urgent: a lead for ${businessName} needs you now` : `New lead for ${businessName}`,
    greetingName: firstName,
    blocks: [
      { kind: 'text', text: news },
      { kind: 'button', label: 'Open the conversation', url: link },
      ...(stopped && from ? [howToUndo(displayPhone(from))] : []),
    ],
  });
}

function howToUndo(number: string): Block {
  const text = `You have texted STOP to ${number}, so we can tell you by e-mail only. To get texts again, text START to ${number} from your own mobile.`;
  return { kind: 'text', text };
}
