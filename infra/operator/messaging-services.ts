/** Whether a Messaging Service takes a number's texts before its own SmsUrl. https://www.twilio.com/docs/messaging/api/service-resource */
import * as z from 'zod';
import { type Ask, outcomeOf } from './ask';

const Services = z.object({
  services: z.array(z.object({ sid: z.string(), friendly_name: z.string(), use_inbound_webhook_on_number: z.boolean() })),
  meta: z.object({ next_page_url: z.string().nullish() }).default({}),
});

/** The name of the service that does, if there is one. `ask`: at Twilio's messaging host. Throws what Twilio answered. */
export async function serviceBefore(numberSid: string, ask: Ask): Promise<string | undefined> {
  let path: string | undefined = '/v1/Services?PageSize=100';
  while (path) {
    const answer = await ask(path);
    // An account that has no Messaging Services product, as the laptop's has none.
    if (answer.status === 404) return undefined;
    const page = Services.safeParse(answer.body).data;
    if (answer.status !== 200 || !page)
      throw new Error(`Twilio ${outcomeOf(answer)} when asked for its Messaging Services. Run the command again later.`);
    for (const { sid, friendly_name, use_inbound_webhook_on_number } of page.services) {
      if (!use_inbound_webhook_on_number && (await has(sid, numberSid, ask))) return friendly_name;
    }
    const next: string | null | undefined = page.meta.next_page_url;
    path = next ? `${new URL(next).pathname}${new URL(next).search}` : undefined;
  }
  return undefined;
}

async function has(serviceSid: string, numberSid: string, ask: Ask): Promise<boolean> {
  const answer = await ask(`/v1/Services/${serviceSid}/PhoneNumbers/${numberSid}`);
  if (answer.status !== 200 && answer.status !== 404)
    throw new Error(`Twilio ${outcomeOf(answer)} when asked for a sender pool. Run the command again later.`);
  return answer.status === 200;
}
