/** The handler of a function that Twilio calls: only what Twilio has signed gets in, and what goes wrong is a 500. */
import type * as z from 'zod';
import { PublicUrlVariables, variables } from './config';
import { describeError } from './errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from './function-url';
import { log } from './log';
import { twilioAuthToken } from './services';
import { readWebhook } from './twilio-webhook';

interface Webhook<T extends z.ZodType> {
  /** What failed, for the log. */
  name: string;
  form: T;
  answer: (form: z.infer<T>, event: FunctionUrlEvent) => Promise<FunctionUrlAnswer>;
  /** Instead of a 500. */
  sorry?: () => FunctionUrlAnswer;
}

export function signedWebhook<T extends z.ZodType>({ name, form, answer, sorry = () => empty(500) }: Webhook<T>) {
  return async (event: unknown): Promise<FunctionUrlAnswer> => {
    try {
      const request = FunctionUrlEvent.parse(event);
      const security = { authToken: await twilioAuthToken(), publicUrl: variables(PublicUrlVariables).PUBLIC_URL };
      const read = readWebhook(request, form, security);
      if ('refusal' in read) return read.refusal;
      return await answerOr(() => answer(read.form, request), { name, sorry });
    } catch (error) {
      log.error(`${name} failed`, describeError(error));
      return empty(500);
    }
  };
}

async function answerOr(answer: () => Promise<FunctionUrlAnswer>, { name, sorry }: { name: string; sorry: () => FunctionUrlAnswer }) {
  try {
    return await answer();
  } catch (error) {
    log.error(`${name} failed`, describeError(error));
    return sorry();
  }
}
