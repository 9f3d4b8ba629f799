/** Goes back to the state that a scene began from: database, clock, and what Twilio held. */
import { catchUp } from './frozen-time';
import type { Scene } from './tour';
import type { World } from './world';

/** `sessions`: somebody is signed in, see `World.setClock`. */
export async function goBackTo(
  world: World,
  { kept, atMs, owned, texts }: Pick<Scene, 'kept' | 'atMs' | 'owned' | 'texts'>,
  { sessions = false } = {},
): Promise<void> {
  await world.kernel.activity.idle();
  await world.rewind(kept);
  catchUp();
  await world.setClock(atMs, { sessions });
  world.events.length = 0;
  const numbers = new Map(owned.map((number) => [number.sid, number]));
  for (const number of world.twilio.numbers()) Object.assign(number, numbers.get(number.sid) ?? { friendlyName: 'of another time' });
  const known = new Set(world.twilio.numbers().map(({ sid }) => sid));
  for (const number of owned) if (!known.has(number.sid)) await world.twilio.giveBack(structuredClone(number));
  // A text of another time must not be taken for one of this: the nonce of a test is the same.
  const messages = new Map(texts.map((message) => [message.sid, message]));
  const elsewhere = { body: 'of another time', from: '+19990000000', to: '+19990000000' };
  for (const message of world.twilio.messages()) Object.assign(message, structuredClone(messages.get(message.sid)) ?? elsewhere);
}
