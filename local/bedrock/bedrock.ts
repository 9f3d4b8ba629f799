/** Bedrock's Converse over plain HTTP/1.1 (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AwsError } from '../aws/json-protocol';
import type { AwsEnv, AwsRoutes } from '../aws/routes';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { replyTo } from './reply';

const Content = z.array(z.object({ text: z.string().min(1) })).min(1);
const Converse = z.object({
  system: z.array(z.object({ text: z.string() })).default([]),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), content: Content })).min(1),
  // Newer models refuse temperature and topP, so this one does.
  inferenceConfig: z.strictObject({ maxTokens: z.int().positive().optional(), stopSequences: z.array(z.string()).optional() }).default({}),
});

const CHARACTERS_PER_TOKEN = 4;

/** The Bedrock endpoint: a rule-based reply in the shape of a model's. The scripted `reject` code `stop:<reason>` ends a reply for another reason than `end_turn`. */
export function bedrockRoutes(kernel: Kernel): AwsRoutes {
  const app = new Hono<AwsEnv>();
  app.onError((cause, context) =>
    restError(context, cause instanceof AwsError ? cause : new AwsError('InternalServerException', cause.message, 500)),
  );
  app.use(
    playFaults(kernel.faults, {
      vendor: 'bedrock',
      callOf: (context) => context.req.path.split('/').at(-1) ?? '',
      rateLimited: (context) =>
        restError(context, new AwsError('ThrottlingException', 'Too many requests, please wait before trying again.', 429)),
      serverError: (context) =>
        restError(context, new AwsError('InternalServerException', 'The system encountered an unexpected error.', 500)),
      rejected: (context, code) => {
        const [, stopReason] = /^stop:(\w+)$/.exec(code ?? '') ?? [];
        if (stopReason) return context.json(answer('', { stopReason, inputTokens: 0 }));
        return restError(context, new AwsError(code ?? 'AccessDeniedException', 'a scripted error'));
      },
    }),
  );
  app.post('/model/:modelId/converse', async (context) => {
    const parsed = Converse.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    const { system, messages } = parsed.data;
    const turns = messages.map(({ role, content }) => ({ role, text: content.map(({ text }) => text).join('\n') }));
    turns.forEach(({ role }, index) => {
      if (role !== (index % 2 === 0 ? 'user' : 'assistant'))
        throw new AwsError('ValidationException', 'A conversation must start with a user message and alternate.');
    });
    if (turns.at(-1)?.role !== 'user') throw new AwsError('ValidationException', 'A conversation must end with a user message.');
    const prompt = system.map(({ text }) => text).join('\n');
    const characters = turns.reduce((sum, { text }) => sum + text.length, prompt.length);
    return context.json(
      answer(replyTo(prompt, turns), { stopReason: 'end_turn', inputTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN) }),
    );
  });
  return app;
}

function answer(text: string, { stopReason, inputTokens }: { stopReason: string; inputTokens: number }) {
  const outputTokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN);
  return {
    output: { message: { role: 'assistant', content: text === '' ? [] : [{ text }] } },
    stopReason,
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    metrics: { latencyMs: 1 },
  };
}

/** The REST JSON protocol names the error in a header. */
function restError(context: Context, { code, message, status }: AwsError): Response {
  return context.json({ message }, status, { 'x-amzn-errortype': code });
}
