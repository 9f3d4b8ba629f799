import type { LateMessages } from '../../shared/ports';
import type { fakeConversations } from './conversations';
import { type Script, scripted } from './script';

interface Options extends Script<LateMessages> {
  numbers?: string[];
  /** MessageSids after which the lead has written again. */
  superseded?: string[];
}

/** Late messages of the conversations given: a reply is claimed once. */
export function fakeLateMessages(
  conversations: ReturnType<typeof fakeConversations>,
  { numbers = [], superseded = [], ...script }: Options = {},
) {
  const recovered: string[] = [];
  const adopted: Parameters<LateMessages['adoptReply']>[0][] = [];
  const reconciled: string[] = [];
  const claimed = new Set<string>();
  const port: LateMessages = {
    hasNewer: async ({ messageSid }) => superseded.includes(messageSid),
    async markRecovered({ messageSid }) {
      recovered.push(messageSid);
      return true;
    },
    async adoptReply(reply) {
      adopted.push(reply);
    },
    async claimReply(inReplyTo) {
      const body = conversations.messages.find(({ messageSid }) => messageSid === inReplyTo)?.reply;
      if (!body || claimed.has(inReplyTo)) return undefined;
      claimed.add(inReplyTo);
      return { ref: `reply:${inReplyTo}`, body };
    },
    numbers: async () => numbers.map((e164) => ({ e164, since: new Date(0) })),
    async recordReconciled({ e164 }) {
      reconciled.push(e164);
    },
    unknown: async (sids) => sids.filter((sid) => !conversations.messages.some(({ messageSid }) => messageSid === sid)),
  };
  return { ...scripted(port, script), recovered, adopted, reconciled };
}
