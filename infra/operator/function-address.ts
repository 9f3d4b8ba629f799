/** Where a stage's public functions are reached. */
import * as z from 'zod';
import type { NumberWebhooks } from '../../shared/ports/twilio';
import { nameIn } from '../names';
import { type NumberFunction, numberWebhooks } from '../number-webhooks';
import { publicUrlOf } from '../public-url';
import { type AskAws, askAws } from './aws';
import { Unanswered } from './doctor/check';
import type { Places } from './stage-environment';

/** Base URL of a public function, without a trailing slash. Throws `Unanswered` if the stage is not deployed. */
export type FunctionAddress = (name: 'xero-webhook' | NumberFunction) => Promise<string>;

export function functionAddress({ settings, laptop }: Places, aws: AskAws): FunctionAddress {
  return async (name) => {
    const ownUrl =
      laptop &&
      {
        'xero-webhook': laptop.xeroWebhook,
        'sms-webhook': laptop.smsWebhook,
        'sms-fallback': laptop.smsFallback,
        'voice-webhook': laptop.voiceWebhook,
      }[name];
    const known = ownUrl ? new URL(ownUrl).origin : publicUrlOf(settings);
    if (known) return known;
    const answer = await aws({ service: 'lambda', path: `/2021-10-31/functions/${nameIn(settings.stage, name)}/url` });
    const found = z.object({ FunctionUrl: z.url() }).safeParse(answer.body);
    if (answer.status !== 200 || !found.success) throw new Unanswered('Lambda', answer, 'Deploy the stage first.');
    return found.data.FunctionUrl.replace(/\/$/, '');
  };
}

/** What the stage's numbers must call. */
export async function webhooksOf(places: Places): Promise<NumberWebhooks> {
  const address = functionAddress(places, askAws(process.env));
  const bases = {
    'sms-webhook': await address('sms-webhook'),
    'sms-fallback': await address('sms-fallback'),
    'voice-webhook': await address('voice-webhook'),
  };
  return numberWebhooks((name) => `${bases[name]}/`);
}
