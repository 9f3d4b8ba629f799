/** Offboarding: what is switched off, until when it can be undone, and what becomes of the data. */
import type { Brand } from '../config';
import { displayPhone } from '../phone';
import { quarantineDays } from '../offboarding';
import { type Block, composeMail, type Mail } from './mail';

/** `number` in E.164; null if none was bought. `wasLive`: there is a business with a dashboard. `undoUntil`: ISO 8601. */
export interface LeavingFacts {
  firstName: string | null;
  businessName: string;
  number: string | null;
  wasLive: boolean;
  undoUntil: string;
  retentionMonths: number;
}

export function leavingMail(brand: Brand, facts: LeavingFacts): Mail {
  const { firstName, businessName } = facts;
  return composeMail(brand, {
    subject: 'Your CoreSentia service is switched off',
    greetingName: firstName,
    blocks: [
      { kind: 'text', text: `We have switched off the CoreSentia service of ${businessName}.` },
      { kind: 'heading', text: 'What that means:' },
      { kind: 'list', items: whatItMeans(facts) },
      { kind: 'heading', text: 'If this is a mistake, or you change your mind:' },
      {
        kind: 'text',
        text: `Reply to this e-mail or call us on ${displayPhone(brand.phone)} before ${day(facts.undoUntil)}. Until then we switch everything on again as it was. After that it cannot be undone.`,
      },
      ...whatIsKept(facts),
    ],
  });
}

function whatItMeans({ number, wasLive, undoUntil }: LeavingFacts): string[] {
  const ofNumber = number
    ? [
        `${displayPhone(number)} does not answer your customers for you any more. Whoever texts it hears that it is not in use.`,
        `We keep the number for ${quarantineDays} days, until ${day(undoUntil)}. After that we give it up for good, so take it off your website and your papers.`,
      ]
    : ['No number is bought for you.'];
  return [...ofNumber, wasLive ? 'Nobody can sign in to your dashboard.' : 'Your onboarding form is closed.'];
}

function whatIsKept({ wasLive, retentionMonths }: LeavingFacts): Block[] {
  if (!wasLive) return [];
  return [
    { kind: 'heading', text: 'Your data:' },
    {
      kind: 'text',
      text: `Leads with their texts are deleted ${retentionMonths} months after their last text. Reply to this e-mail if you want a copy of them, or want them deleted now.`,
    },
  ];
}

/** `22 December 2026`, by Sydney's calendar: a day is a promise that must not end on the evening before. */
function day(time: string): string {
  return new Intl.DateTimeFormat('en-AU', { dateStyle: 'long', timeZone: 'Australia/Sydney' }).format(new Date(time));
}
