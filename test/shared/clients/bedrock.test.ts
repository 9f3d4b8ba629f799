import { bedrockReplyWriter } from '../../../shared/clients/bedrock';
import { useAwsEndpoint } from '../../support/aws-environment';
import { type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());

const said = (content: object[], stopReason = 'end_turn'): Scripted => ({
  status: 200,
  body: { output: { message: { role: 'assistant', content } }, stopReason, usage: {}, metrics: {} },
});
const write = (messages: { role: 'user' | 'assistant'; text: string }[] = [{ role: 'user', text: 'Hi' }]) =>
  bedrockReplyWriter({ modelId: 'au.model-1:0' }).write({ system: 'be kind', messages, timeoutMs: 300 });

test('asks the model and takes its text, other blocks aside', async () => {
  server.script(said([{ reasoningContent: { reasoningText: { text: 'hm' } } }, { text: 'Which suburb?' }]));
  expect(await write()).toBe('Which suburb?');
  expect(server.requests[0]?.path).toBe('/model/au.model-1%3A0/converse');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    system: [{ text: 'be kind' }],
    messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    inferenceConfig: { maxTokens: 500 },
  });
});

test('gives the model turns that alternate and begin with the lead', async () => {
  server.script(said([{ text: 'ok' }]));
  await write([
    { role: 'assistant', text: 'cut off here' },
    { role: 'user', text: 'Hi' },
    { role: 'user', text: 'anyone?' },
    { role: 'assistant', text: 'Yes' },
    { role: 'user', text: 'Good' },
  ]);
  expect(
    JSON.parse(server.requests[0]?.body ?? '').messages.map(({ content }: { content: { text: string }[] }) => content[0]?.text),
  ).toEqual(['Hi\nanyone?', 'Yes', 'Good']);
});

const nothing: [string, Scripted][] = [
  ['an answer cut by length', said([{ text: 'Which sub' }], 'max_tokens')],
  ['a filtered answer', said([{ text: 'x' }], 'guardrail_intervened')],
  ['an empty answer', said([{ text: '  ' }])],
  ['400', { status: 400, body: { message: 'x' } }],
  ['401', { status: 401, body: {} }],
  ['409', { status: 409, body: {} }],
  ['429', { status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' }, body: {} }],
  ['500', { status: 500, body: {} }],
  ['no answer', 'silent'],
  ['a hang-up', 'hang-up'],
  ['an answer that is cut', 'cut'],
  ['an answer that stalls', 'stall'],
  ['200 that is no JSON', { status: 200, body: '<html>' }],
];
test.each(nothing)('%s is no reply', async (_, answer) => {
  server.script(answer);
  const started = Date.now();
  expect(await write()).toBeUndefined();
  expect(Date.now() - started).toBeLessThan(3000);
});
