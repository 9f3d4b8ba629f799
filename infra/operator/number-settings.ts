/** Every setting of a number that decides where its texts and calls go. https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
import * as z from 'zod';
import { NumberSettings } from '../../shared/adoption';
import type { NumberWebhooks } from '../../shared/ports/twilio';
import { runTag } from '../../shared/purchase';
import type { Secret } from '../../shared/secrets';
import { type Answer, type Ask, outcomeOf } from './ask';
import { serviceBefore } from './messaging-services';

/** What comes before the URLs. `trunkSid`: a SIP trunk takes the calls, empty if there is none; `service`: a Messaging Service takes the texts. */
export interface NumberAtTwilio {
  settings: NumberSettings;
  trunkSid: string;
  service: string | undefined;
}

/** Throws what Twilio answered, in words without secrets. */
export interface NumberAccount {
  fetch(sid: string): Promise<NumberAtTwilio>;
  change(sid: string, settings: NumberSettings): Promise<void>;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const Shown = z.object({ ...Object.fromEntries(NumberSettings.keyof().options.map((name) => [name, text])), trunk_sid: text });

/** `ask` at Twilio's api host, `messaging` at the host of that name. */
export function numberAccount(
  { ask, messaging }: { ask: Ask; messaging: Ask },
  { accountSid }: Pick<Secret<'twilio'>, 'accountSid'>,
): NumberAccount {
  const path = (sid: string) => `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`;
  return {
    async fetch(sid) {
      const { body } = answered(await ask(path(sid)));
      const shown = Shown.parse(body);
      return { settings: NumberSettings.parse(shown), trunkSid: shown.trunk_sid, service: await serviceBefore(sid, messaging) };
    },
    async change(sid, settings) {
      const form = Object.entries(settings).map(([name, value]): [string, string] => [parameterOf(name), value]);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      answered(await ask(path(sid), { method: 'POST', headers, body: new URLSearchParams(form).toString() }));
    },
  };
}

function answered(answer: Answer): Answer {
  if (answer.status === 200) return answer;
  const said = z.object({ message: z.string(), code: z.int() }).safeParse(answer.body).data;
  throw new Error(
    `Twilio ${outcomeOf(answer)}${said ? `: ${said.message} (${said.code})` : ''}. Run the command again when that is mended.`,
  );
}

/** `sms_application_sid` is SmsApplicationSid in a request. */
function parameterOf(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** As the pipeline configures what it buys; an application would override the URLs. */
export function ourSettings({ smsUrl, smsFallbackUrl, voiceUrl, statusCallback }: NumberWebhooks, runId: string): NumberSettings {
  return {
    friendly_name: runTag(runId),
    sms_url: smsUrl,
    sms_method: 'POST',
    sms_fallback_url: smsFallbackUrl,
    sms_fallback_method: 'POST',
    sms_application_sid: '',
    voice_url: voiceUrl,
    voice_method: 'POST',
    voice_application_sid: '',
    status_callback: statusCallback,
    status_callback_method: 'POST',
  };
}

/** The names of the settings that differ. */
export function differences(found: NumberSettings, wanted: NumberSettings): (keyof NumberSettings)[] {
  return NumberSettings.keyof().options.filter((name) => found[name] !== wanted[name]);
}

/** Does any URL lead to us already? */
export function leadsToUs(found: NumberSettings, wanted: NumberSettings): boolean {
  return (['sms_url', 'sms_fallback_url', 'voice_url', 'status_callback'] as const).some(
    (name) => found[name] !== '' && found[name] === wanted[name],
  );
}
