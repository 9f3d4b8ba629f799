import type { Conversations, Received } from '../../shared/ports';
import { type Script, scripted } from './script';

interface Business {
  businessId: string;
  businessName: string;
  services: string;
  /** Our number, E.164. */
  number: string;
  /** Nonces of the end-to-end test of this number. */
  testNonces?: string[];
}
interface Message {
  messageSid: string;
  businessId: string;
  from: string;
  body: string;
  mediaCount: number;
  isTest: boolean;
  reply: string | undefined;
}
interface Options extends Script<Conversations> {
  businesses?: Business[];
  /** Our own numbers: they write to each other only to test. */
  ownNumbers?: string[];
}

const stopWords = /^\s*(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)\s*$/i;

/** `leads` and `messages` in memory. A lead is known by its number within a business. */
export function fakeConversations({ businesses = [], ownNumbers = [], ...script }: Options = {}) {
  const messages: Message[] = [];
  const optedOut = new Set<string>();

  const port: Conversations = {
    async receive({ messageSid, from, to, body, mediaCount }): Promise<Received> {
      const business = businesses.find(({ number }) => number === to);
      if (!business) return { outcome: 'unknown-number' };
      const { businessId, businessName, services, testNonces = [] } = business;
      const isTest = testNonces.some((nonce) => body.includes(nonce));
      if (ownNumbers.includes(from) && !isTest) return { outcome: 'silent' };
      const lead = `${businessId}/${from}`;
      const known = messages.find((message) => message.messageSid === messageSid);
      if (!known) messages.push({ messageSid, businessId, from, body, mediaCount, isTest, reply: undefined });
      if (stopWords.test(body)) optedOut.add(lead);
      if (known?.reply !== undefined || optedOut.has(lead)) return { outcome: 'silent' };
      const earlier = messages.filter((message) => message.businessId === businessId && message.from === from);
      const thread = earlier.flatMap((message) => [
        { from: 'lead' as const, body: message.body },
        ...(message.reply === undefined ? [] : [{ from: 'business' as const, body: message.reply }]),
      ]);
      const isFirst = earlier.every(({ reply }) => reply === undefined);
      return { outcome: 'reply', businessId, businessName, services, leadId: lead, isTest, isFirst, thread: thread.slice(-20) };
    },
    async recordReply({ inReplyTo, body }) {
      const message = messages.find(({ messageSid }) => messageSid === inReplyTo);
      if (message) message.reply ??= body;
    },
  };
  return { ...scripted(port, script), messages, optedOut };
}
