import type { ReplyWriter } from '../../shared/ports/aws';
import { type Script, scripted } from './script';

type Request = Parameters<ReplyWriter['write']>[0];

/** A model that says `replies` in turn, then nothing; `requests` is what it was asked. */
export function fakeReplyWriter({ replies = [], ...script }: { replies?: (string | undefined)[] } & Script<ReplyWriter> = {}) {
  const requests: Request[] = [];
  const port: ReplyWriter = {
    async write(request) {
      requests.push(request);
      return replies.shift();
    },
  };
  return { ...scripted(port, script), requests };
}
