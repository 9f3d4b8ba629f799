/**
 * Twilio tells what became of a text that we sent: the conversation shows what did not arrive.
 * Idempotent: reports come in any order and twice, and a later status never gives way to an earlier one.
 */
import { empty, type FunctionUrlAnswer } from '../shared/function-url';
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { textLog } from '../shared/services';
import { signedWebhook } from '../shared/signed-webhook';
import { make } from '../shared/step';
import { TextReport } from '../shared/text-status';

/** `ref` as in port TextLog, from the URL that we gave with the text. Throws if it could not be recorded: Twilio repeats then. */
export async function recordMessageStatus(
  report: TextReport,
  ref: string,
  { textLog }: Pick<Services, 'textLog'>,
): Promise<FunctionUrlAnswer> {
  const { MessageSid: messageSid, MessageStatus: status, ErrorCode: errorCode = null } = report;
  if (!status) return empty(200);
  const outcome = await textLog.recordStatus({ ref, messageSid, status, errorCode });
  if (outcome === 'unknown') log.warn('status of a text that is not ours', { messageSid, status });
  else if (status === 'failed' || status === 'undelivered') log.warn('a text did not arrive', { messageSid, status, errorCode });
  return empty(200);
}

export const handler = signedWebhook({
  name: "a text's status",
  form: TextReport,
  answer: async (form, { rawQueryString }) =>
    recordMessageStatus(form, new URLSearchParams(rawQueryString).get('ref') ?? '', await make({ textLog })),
});
