import { BedrockRuntimeClient, ConverseCommand, type ConverseCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { bedrockRoutes } from '../../../local/bedrock/bedrock';
import { replyTo } from '../../../local/bedrock/reply';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import type { ReplyWriter } from '../../../shared/ports/aws';
import { instructions, parseAnswer } from '../../../shared/conversation/model';
import { engineReply, replyTo as productReply } from '../../../shared/reply';
import { checkReply } from '../../../shared/reply-checks';
import { aConversation } from '../../fakes/a-conversation';
import { local } from '../aws/clients';

let kernel: Kernel;
let server: Listening;
beforeEach(async () => {
  kernel = openKernel(undefined);
  const routes = bedrockRoutes(kernel);
  server = await serveApp({ fetch: (request, env) => routes.fetch(request, env) }, { port: 0 });
});
afterEach(async () => {
  await server.close();
  await kernel.close();
});
const write: ReplyWriter['write'] = async ({ system, messages }) => replyTo(system, [...messages]);
const user = (text: string) => ({ role: 'user' as const, content: [{ text }] });
const converse = (given: Partial<ConverseCommandInput> = {}) =>
  new BedrockRuntimeClient({ ...local(server.url), requestHandler: new NodeHttpHandler() }).send(
    new ConverseCommand({
      modelId: 'au.anthropic.claude-haiku-4-5-20251001-v1:0',
      system: [{ text: 'You answer texts.\nBusiness: Bondi Plumbing\nOne question.' }],
      messages: [user('My tap leaks')],
      inferenceConfig: { maxTokens: 120 },
      ...given,
    }),
  );

test('answers in the shape of a model, naming the business with one question', async () => {
  expect(await converse()).toMatchObject({
    output: { message: { role: 'assistant', content: [{ text: 'Thanks for texting Bondi Plumbing. What can we help you with?' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
  });
});

test.each(['Bondi Plumbing', 'Café ’Ünïque’ 🚿 & Söhne', 'x'.repeat(300), ''])(
  'keeps a reply for %s to one GSM-7 SMS with at most one question',
  (business) => {
    for (const turns of [1, 2, 5]) {
      const reply = replyTo(
        `Business: ${business}\nend with "Reply STOP to opt out".`,
        Array.from({ length: turns }, () => ({ role: 'user', text: 'hi' })),
      );
      expect(reply.length).toBeLessThanOrEqual(160);
      expect(reply).toMatch(/^[\x20-\x5a\x61-\x7a]+Reply STOP to opt out$/);
      expect(reply.split('?').length).toBeLessThanOrEqual(2);
    }
  },
);

test("obeys the product's own instructions, so that its reply is sent and not the engine's", async () => {
  const conversation = aConversation({ businessName: 'Bondi "Best" Plumbing', thread: [{ from: 'lead', body: 'My tap leaks' }] });
  for (const isFirst of [true, false]) {
    const { reply } = await productReply({ ...conversation, isFirst }, { write });
    expect(reply).toContain('Which suburb is the job in?');
    expect(checkReply(reply!, { ...conversation, isFirst })).toEqual([]);
  }
});

test('is careless now and then, always at the same texts', () => {
  const conversation = aConversation({});
  const asked = instructions(conversation, engineReply(conversation, new Date()));
  const texts = Array.from({ length: 100 }, (_, index) => `my tap number ${index} leaks`);
  const replies = texts.map((text) => replyTo(asked, [{ role: 'user', text }]));
  expect(replies).toEqual(texts.map((text) => replyTo(asked, [{ role: 'user', text }])));
  const unfit = replies.filter(
    (reply) => checkReply(parseAnswer(reply)!.reply, { businessName: 'Bondi Plumbing', isFirst: true }).length > 0,
  );
  expect(unfit.length).toBeGreaterThan(3);
  expect(unfit.length).toBeLessThan(40);
});

test('asks the next question in the next turn', async () => {
  const messages = [user('My tap leaks'), { role: 'assistant' as const, content: [{ text: 'What?' }] }, user('The kitchen')];
  const { output } = await converse({ messages });
  expect(output?.message?.content?.[0]?.text).toContain('suburb');
});

test.each([
  ['an assistant first', { messages: [{ role: 'assistant' as const, content: [{ text: 'hi' }] }] }],
  ['an empty text', { messages: [user('')] }],
  ['a temperature', { inferenceConfig: { temperature: 0 } }],
])('refuses %s', async (_, given) => {
  await expect(converse(given)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('plays faults: throttled, another stop reason', async () => {
  await kernel.faults.arm({ vendor: 'bedrock', call: 'converse', mode: 'rate-limit', times: 1, slowMs: 1 });
  await expect(converse()).rejects.toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
  await kernel.faults.arm({ vendor: 'bedrock', call: 'converse', mode: 'reject', times: 1, slowMs: 1, code: 'stop:guardrail_intervened' });
  expect(await converse()).toMatchObject({ stopReason: 'guardrail_intervened' });
});
