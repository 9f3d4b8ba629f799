import { ClientJourney } from './client-journey';
import type { ControlRoomClient } from './control-room-client';
import { type ClientResult, evidenceOf } from './evidence';
import { sampleClient } from './sample-clients';

export interface RehearsalOptions {
  room: ControlRoomClient;
  clients: number;
  /** How many clients act at the same time. */
  concurrency: number;
  /** Says what goes on, a line at a time. */
  say: (line: string) => void;
}

/** Long enough, on the laptop's clock, for every retrier of the steps before going live; short of the first check on day 1. */
const SETUP_SECONDS = 1800;

/** Owners sleep from 21:00 to 07:00: ten hours, and schedules come every few minutes. */
const NIGHT_SECONDS = 11 * 3600;

/** Takes clients from a paid deposit to day 7, as they would go themselves, and gathers the evidence of every step. */
export async function rehearse({ room, clients, concurrency, say }: RehearsalOptions): Promise<ClientResult[]> {
  const tag = Date.now().toString(36);
  const journeys = Array.from({ length: clients }, (_, index) => new ClientJourney(sampleClient(index, tag), room));
  const each = (doing: string, act: (journey: ClientJourney) => Promise<void>) => {
    say(doing);
    return inParallel(journeys, concurrency, act);
  };
  await each('The deposit is paid in Xero.', (journey) => journey.payDeposit());
  await room.untilIdle(SETUP_SECONDS);
  await each('The client opens the e-mail and fills in the form.', (journey) => journey.fillForm());
  await room.untilIdle(SETUP_SECONDS);
  await each('The client opens the welcome e-mail, signs in and chooses a password.', (journey) => journey.signIn());
  await each('Somebody texts the new number.', (journey) => journey.beTexted());
  await room.untilIdle(SETUP_SECONDS);
  say('A night passes, after which every owner has heard of the lead.');
  await room.advance(NIGHT_SECONDS);
  await room.untilIdle(SETUP_SECONDS);
  say('The first week passes.');
  await room.untilIdle();
  const results: ClientResult[] = [];
  for (const journey of journeys) results.push(await evidenceOf(journey, room));
  return results;
}

async function inParallel<T>(items: T[], concurrency: number, act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
