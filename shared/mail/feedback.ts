import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

interface Feedback {
  kind: 'bug' | 'confusion' | 'feature' | 'wrong-reply';
  businessName: string;
  page: string;
  url: string;
}

const kinds = { bug: 'a bug', confusion: 'something confusing', feature: 'a wish', 'wrong-reply': 'a wrong answer' } as const;

/** To the operator: somebody told us something. The words themselves stay on the board. */
export function feedbackMail(brand: Brand, { kind, businessName, page, url }: Feedback): Mail {
  return composeMail(brand, {
    subject: `Feedback: ${kinds[kind]} (${businessName})`,
    greetingName: null,
    blocks: [
      { kind: 'text', text: `${businessName} has told us of ${kinds[kind]}, on the page “${page}”.` },
      { kind: 'button', label: 'Read it on the board', url },
    ],
  });
}
