/**
 * Points an adopted number at us, or back at what it pointed at. Idempotent at every point: the previous settings are kept before Twilio is changed,
 * a change that got no answer is seen by reading back, and the number counts as ours only after that.
 */
import type { AdoptedNumber, Adoptions, NumberSettings } from '../../shared/adoption';
import { differences, leadsToUs, type NumberAccount } from './number-settings';

interface Uses {
  adoptions: Omit<Adoptions, 'adopt' | 'numbers'>;
  account: NumberAccount;
}

/** What a move or an undo would do; `changes` is empty if Twilio has it already. */
export interface NumberPlan {
  number: AdoptedNumber;
  direction: 'move' | 'undo';
  current: NumberSettings;
  target: NumberSettings;
  changes: (keyof NumberSettings)[];
}

/** Reads only. Throws why the number cannot be moved. */
export async function planNumber(
  wish: { number: AdoptedNumber; direction: 'move' | 'undo'; ours: NumberSettings },
  { account }: Pick<Uses, 'account'>,
): Promise<NumberPlan> {
  const { number, direction, ours } = wish;
  const { settings: current, trunkSid, service } = await account.fetch(number.sid);
  if (direction === 'move' && trunkSid) {
    throw new Error(
      `The calls of ${number.e164} go over the SIP trunk ${trunkSid}, which comes before any URL: take the number out of it first.`,
    );
  }
  if (direction === 'move' && service) {
    throw new Error(
      `The texts to ${number.e164} go to the Messaging Service "${service}", which comes before any URL: let it "defer to sender's webhook", or take the number out of it first.`,
    );
  }
  const target = direction === 'move' ? ours : number.previousSettings;
  if (!target) throw new Error(`${number.e164} has not been moved: there is nothing to go back to.`);
  return { number, direction, current, target, changes: differences(current, target) };
}

/** Throws if Twilio did not keep what it was told; the command can be repeated. */
export async function carryOut(plan: NumberPlan, services: Uses, by: string): Promise<void> {
  if (plan.direction === 'move') await move(plan, services, by);
  else await undo(plan, services, by);
}

async function move({ number, current, target, changes }: NumberPlan, services: Uses, by: string): Promise<void> {
  const { e164, state, previousSettings } = number;
  if (state === 'configured' && changes.length === 0) return;
  if (state === 'adopted') {
    // After a crash the settings are ours, and what is kept is what was before.
    const previous = previousSettings && leadsToUs(current, target) ? null : current;
    if (!(await services.adoptions.beginMove({ e164, previous }))) throw new Error(`${e164} is not there to be moved any more.`);
  }
  await change(number.sid, target, services);
  if (state === 'adopted') await services.adoptions.finishMove({ e164, by });
}

async function undo({ number, target }: NumberPlan, services: Uses, by: string): Promise<void> {
  const { e164, sid } = number;
  if (!(await services.adoptions.beginUndo(e164))) throw new Error(`${e164} has nothing to go back to any more.`);
  await change(sid, target, services);
  await services.adoptions.finishUndo({ e164, by });
}

async function change(sid: string, target: NumberSettings, { account }: Uses): Promise<void> {
  const before = await account.fetch(sid);
  if (differences(before.settings, target).length === 0) return;
  await account.change(sid, target);
  const wrong = differences((await account.fetch(sid)).settings, target);
  if (wrong.length > 0)
    throw new Error(`Twilio did not keep ${wrong.join(', ')}: look at the number in its console, then run the command again.`);
}

const shown = (value: string) => value || '(nothing)';

/** For people: what changes, setting by setting. */
export function planText({ number, direction, current, target, changes }: NumberPlan): string {
  return [
    `${number.e164}  ${number.businessName}  ${number.state === 'adopted' ? 'not moved' : 'moved'}`,
    ...(changes.length === 0 ? [`  Twilio has it as ${direction === 'move' ? 'we want it' : 'it was'} already.`] : []),
    ...changes.flatMap((name) => [`  ${name}`, `    now:  ${shown(current[name])}`, `    then: ${shown(target[name])}`]),
  ].join('\n');
}
