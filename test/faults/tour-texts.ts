/** What stands around the conversation: lost webhooks, delivery reports, alerts to the owner, missed calls. */
import type { World } from './world';

interface Walking {
  settle: () => Promise<void>;
  pass: (seconds: number) => Promise<void>;
  run: (name: string, event: unknown) => Promise<unknown>;
}

/** `to`: a client's number. */
export async function walkTexts(world: World, to: string, { settle, pass, run }: Walking): Promise<void> {
  const { twilio, absent } = world;
  const text = async (from: string, body: string) => {
    const sid = await twilio.sendFromHandset({ from, to, body });
    await settle();
    return { sid, from, body };
  };
  await text('+61491100002', 'Hi, my tap drips, can you come on Tuesday at ten?');
  await text('+61491100002', 'Yes please');
  await run('send-due-alerts', {});
  await pass(12 * 3600);
  await run('send-due-alerts', {});
  await text('+61491100003', 'Hi, urgent: water everywhere!');
  await without(['sms-webhook'], () => text('+61491100004', 'Hi, do you mend roofs?'));
  await without(['sms-webhook', 'sms-fallback'], () => text('+61491100005', 'Hi, do you mend fences?'));
  await pass(20 * 60);
  await run('reconcile-messages', {});
  await settle();
  await twilio.callFromHandset({ from: '+61491100006', to });
  await settle();
  await twilio.callFromHandset({ from: '+61491100007', to, hangsUp: true });
  await settle();
  await twilio.callFromHandset({ from: '+61290000007', to, hangsUp: true }); // a landline
  await settle();
  await twilio.callFromHandset({ from: '+61491100008', to, ownerAnswers: true });
  await settle();

  async function without(names: string[], work: () => Promise<unknown>): Promise<void> {
    for (const name of names) absent.add(name);
    await work();
    absent.clear();
    await settle();
  }
}
