/** The wording of replies by a model on Amazon Bedrock. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandOutput, type Message } from '@aws-sdk/client-bedrock-runtime';
import { log } from '../log';
import type { ReplyWriter } from '../ports/aws';
import { awsFailure, awsOptions } from './aws';

/** An SMS and what was read in the lead's, as JSON: about 200 tokens; an answer that is cut counts as none. */
const MAX_TOKENS = 500;

type Turn = Parameters<ReplyWriter['write']>[0]['messages'][number];

/** `modelId`: an inference profile, for example au.anthropic.claude-haiku-4-5-20251001-v1:0. */
export function bedrockReplyWriter({ modelId }: { modelId: string }): ReplyWriter {
  // The handler of the common options speaks HTTP/1.1; the client's own default is HTTP/2.
  const client = new BedrockRuntimeClient(awsOptions());
  return {
    async write({ system, messages, timeoutMs }) {
      const turns = alternating(messages);
      if (turns.length === 0) return undefined;
      const command = new ConverseCommand({
        modelId,
        system: [{ text: system }],
        messages: turns,
        inferenceConfig: { maxTokens: MAX_TOKENS },
      });
      try {
        return textOf(await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) }));
      } catch (thrown) {
        log.warn('the model gave no reply', { error: awsFailure(thrown).name });
        return undefined;
      }
    },
  };
}

/** Converse wants a user's turn first and the roles to alternate: people send two messages in a row. */
function alternating(messages: readonly Turn[]): Message[] {
  const turns: Turn[] = [];
  for (const { role, text } of messages) {
    const last = turns.at(-1);
    if (text.trim() === '' || (!last && role === 'assistant')) continue;
    if (last?.role === role) turns[turns.length - 1] = { role, text: `${last.text}\n${text}` };
    else turns.push({ role, text });
  }
  return turns.map(({ role, text }) => ({ role, content: [{ text }] }));
}

/** Only a finished answer counts: not one that was cut, filtered, or wants a tool. */
function textOf({ stopReason, output }: ConverseCommandOutput): string | undefined {
  if (stopReason !== 'end_turn') {
    log.warn('the model did not finish its reply', { stopReason: stopReason ?? 'none' });
    return undefined;
  }
  const text = (output?.message?.content ?? []).map((block) => block.text ?? '').join('');
  return text.trim() || undefined;
}
