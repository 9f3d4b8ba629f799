/** `npm run move-number -- +61480000042`: the webhooks of one adopted number, to us or (`--undo`) back; `--list` shows which are still to move. */
import type { AdoptedNumber } from '../../shared/adoption';
import { adoptions } from '../../shared/services';
import { stageFlag } from '../../shared/stage';
import { print, readArguments, runCommand } from './command';
import { confirm } from './confirm';
import { webhooksOf } from './function-address';
import { carryOut, type NumberPlan, planNumber, planText } from './number-move';
import { numberAccount, ourSettings } from './number-settings';
import { readSecrets } from './read-secrets';
import { operatorName, type Places, useStage } from './stage-environment';
import { askTwilio } from './vendors';

const usage = 'usage: npm run move-number -- (NUMBER | --next | --list) [--undo] [--dry-run | --yes] [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['next', 'list', 'undo', 'dry-run', 'yes']);
  const has = (flag: string) => chosen.includes(flag);
  const isUndo = has('undo');
  if (positionals.length + Number(has('next')) + Number(has('list')) !== 1) throw new Error('Name one number, or say --next or --list.');
  if (isUndo && !positionals[0]) throw new Error('Name the number that goes back.');
  const places = await useStage(stage);
  const numbers = await (await adoptions()).numbers();
  if (has('list')) return print(json ? JSON.stringify(numbers) : listText(numbers));
  const number = chosenNumber(numbers, positionals[0], stage);
  if (!number) return print(json ? JSON.stringify(null) : 'Every adopted number has moved.');
  const services = { adoptions: await adoptions(), account: await accountOf(places) };
  const ours = ourSettings(await webhooksOf(places), number.runId);
  const plan = await planNumber({ number, direction: isUndo ? 'undo' : 'move', ours }, services);
  if (!json) print(planText(plan));
  const isDone = !has('dry-run');
  if (isDone) {
    if (!has('yes') && (json || !(await confirm(isUndo ? 'Move it back?' : 'Move it?'))))
      throw new Error('Nothing was changed. Say --yes to change it.');
    await carryOut(plan, services, operatorName());
  }
  print(json ? JSON.stringify({ ...plan, isDone }) : doneText(plan, { isDone, stage }));
}

/** Undefined: `--next`, and none is left. Throws if the number is none of the adopted ones. */
function chosenNumber(numbers: AdoptedNumber[], typed: string | undefined, stage: string): AdoptedNumber | undefined {
  if (typed === undefined) return numbers.find(({ state }) => state === 'adopted');
  const found = numbers.find(({ e164 }) => e164 === typed.replaceAll(/[\s()-]/g, ''));
  if (!found)
    throw new Error(
      `${typed} is no adopted number: npm run move-number -- --list${stageFlag(stage)} shows them. Numbers that the pipeline bought need no move.`,
    );
  return found;
}

async function accountOf({ settings, twilioApiUrl }: Places) {
  const secret = await readSecrets(settings.stage).twilio();
  const hosts = { ask: askTwilio(twilioApiUrl, secret), messaging: askTwilio(twilioApiUrl, secret, 'messaging') };
  return numberAccount(hosts, secret);
}

function listText(numbers: AdoptedNumber[]): string {
  const lines = numbers.map(
    ({ e164, businessName, state, movedAt }) => `${e164}  ${businessName}  ${state === 'adopted' ? 'not moved' : `moved ${movedAt ?? ''}`}`,
  );
  const left = numbers.filter(({ state }) => state === 'adopted').length;
  return [...lines, `${numbers.length} adopted numbers, ${left} of them still to move.`].join('\n');
}

function doneText({ number: { e164 }, direction }: NumberPlan, { isDone, stage }: { isDone: boolean; stage: string }): string {
  if (!isDone) return 'Nothing was changed.';
  return direction === 'move'
    ? `${e164} is ours now, read back and right. Text it, and look at the answer. Back: npm run move-number -- ${e164} --undo${stageFlag(stage)}`
    : `${e164} is as it was before.`;
}

void runCommand(usage, main);
