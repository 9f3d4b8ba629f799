/** The whole corpus against one model. */
import { bedrockRoutes } from '../../local/bedrock/bedrock';
import { openKernel } from '../../local/kernel/kernel';
import { serveApp } from '../../local/kernel/serve';
import { bedrockReplyWriter } from '../../shared/clients/bedrock';
import type { ReplyWriter } from '../../shared/ports/aws';
import { readCorpus } from './corpus';
import { corpusTime, type Judged, replay } from './replay';

/** `none`: the engine alone; `local`: the laptop's Converse endpoint; else a model of Amazon Bedrock. */
export async function replayAll(model: string): Promise<Judged[]> {
  if (model === 'none') return replayWith({ write: async () => undefined });
  if (model !== 'local') return replayWith(bedrockReplyWriter({ modelId: model }));
  const kernel = openKernel(undefined);
  const routes = bedrockRoutes(kernel);
  const server = await serveApp({ fetch: (request, env) => routes.fetch(request, env) }, { port: 0 });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: server.url,
    AWS_REGION: 'ap-southeast-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  try {
    return await replayWith(bedrockReplyWriter({ modelId: 'local' }));
  } finally {
    process.env = before;
    await server.close();
    await kernel.close();
  }
}

async function replayWith(replyWriter: ReplyWriter): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const trade of readCorpus()) {
    for (const conversation of trade.conversations) {
      judged.push(await replay(trade, conversation, { replyWriter, now: new Date(conversation.at ?? corpusTime) }));
    }
  }
  return judged;
}
