import type { LateMessages } from '../../shared/ports/conversations';
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
  const settled: Parameters<LateMessages['settleReply']>[0][] = [];
  const reconciled: string[] = [];
  const claimed = new Set<string>();
  const messageOf = (sid: string) => conversations.messages.find(({ messageSid }) => messageSid === sid);
  const port: LateMessages = {
    hasNewer: async ({ messageSid }) => superseded.includes(messageSid),
    async markRecovered({ messageSid }) {
      recovered.push(messageSid);
      return true;
    },
    async settleReply(reply) {
      settled.push(reply);
      const message = messageOf(reply.inReplyTo);
      if (message) message.isKnownToBeOut = true;
    },
    async claimReply(inReplyTo) {
      const message = messageOf(inReplyTo);
      const body = message?.reply;
      if (!body || claimed.has(inReplyTo)) return undefined;
      claimed.add(inReplyTo);
      message.isKnownToBeOut = true;
      return { ref: `reply:${inReplyTo}`, body };
    },
    numbers: async () => numbers.map((e164) => ({ e164, since: new Date(0) })),
    async recordReconciled({ e164 }) {
      reconciled.push(e164);
    },
    unsettled: async (sids) =>
      sids.filter((sid) => {
        const message = messageOf(sid);
        return !message || (message.wantsAnswer && !message.isHandled) || (message.reply !== undefined && !message.isKnownToBeOut);
      }),
  };
  return { ...scripted(port, script), recovered, settled, reconciled };
}
