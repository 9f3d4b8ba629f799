import { type Conversation, noFacts, topics } from '../../shared/conversation/facts';
import { defaultWorkingHours } from '../../shared/working-hours';

/** A lead's first text to a plumber. */
export function aConversation(changes: Partial<Conversation> = {}): Conversation {
  return {
    businessName: 'Bondi Plumbing',
    services: 'Taps',
    phone: '+61480000001',
    tone: 'friendly',
    topics,
    ownWords: '',
    calendar: { workingHours: defaultWorkingHours, timeZone: 'Australia/Sydney', travelBuffer: 30, jobDuration: 60, busy: [] },
    isTrial: false,
    isFirst: true,
    facts: noFacts,
    asked: null,
    offered: [],
    booking: null,
    thread: [{ from: 'lead', body: 'My tap leaks' }],
    ...changes,
  };
}
