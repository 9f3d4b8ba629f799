/** To the owner: somebody has texted. */
import type { Brand } from '../config';
import type { NewsReason } from '../events';
import { displayPhone } from '../phone';
import { type Block, composeMail, type Mail } from './mail';

/** `from`: the business's number, E.164; `stopped`: the owner has texted STOP to it, so nothing can be texted. */
interface Facts {
  firstName: string | null;
  businessName: string;
  reason: NewsReason;
  link: string;
  from: string | null;
  stopped: boolean;
}

export function leadAlertMail(brand: Brand, { firstName, businessName, reason, link, from, stopped }: Facts): Mail {
  const { subject, news } = words[reason](businessName);
  return composeMail(brand, {
    subject,
    greetingName: firstName,
    blocks: [
      { kind: 'text', text: news },
      { kind: 'button', label: 'Open the conversation', url: link },
      ...(stopped && from ? [howToUndo(displayPhone(from))] : []),
    ],
  });
}

/** By what the alert is about, for the business of this name. */
const words: Record<NewsReason, (name: string) => { subject: string; news: string }> = {
  urgent: (name) => ({
    subject: `Urgent: a lead for ${name} needs you now`,
    news: `Somebody who texted ${name} needs you now. Please have a look at once: the conversation is on your dashboard.`,
  }),
  person: (name) => ({
    subject: `A lead asks for a person at ${name}`,
    news: `Somebody who texted ${name} wants a person, complains, or needs something that the assistant cannot do. They expect to hear from you.`,
  }),
  new: (name) => ({
    subject: `New lead for ${name}`,
    news: `Somebody new, or somebody with something new, has texted ${name}. The conversation is on your dashboard.`,
  }),
  message: (name) => ({
    subject: `New text to ${name}`,
    news: `Somebody has texted ${name}, and the assistant does not answer while a person does or replies are paused. It is your turn.`,
  }),
};

function howToUndo(number: string): Block {
  const text = `You have texted STOP to ${number}, so we can tell you by e-mail only. To get texts again, text START to ${number} from your own mobile.`;
  return { kind: 'text', text };
}
