/** The ways through the state machines, from their beginning to their end. */
import { readFileSync } from 'node:fs';
import { kebabCase } from '../../infra/function-settings';

/** `release` and `undo`: the two ways through an offboarding. */
export const ways = ['provisioning', 'release', 'undo'] as const;
export type Way = (typeof ways)[number];

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
}

/** The functions of a way, in order. */
export function stepsOf(way: Way): string[] {
  const machine = way === 'provisioning' ? 'provisioning' : 'offboarding';
  const { StartAt, States } = JSON.parse(readFileSync(`state-machines/${machine}.asl.json`, 'utf8')) as {
    StartAt: string;
    States: Record<string, State>;
  };
  const steps: string[] = [];
  for (let name: string | undefined = StartAt; name; ) {
    const state: State = States[name]!;
    if (state.Type === 'Task') steps.push(kebabCase(name));
    name = nextOf(state, way);
  }
  return steps;
}

/** Of a decision the way's own, of any other choice the one that goes on. */
function nextOf({ Next, Default, Choices = [] }: State, way: Way): string | undefined {
  if (Choices.length === 0) return Next;
  const names = [...Choices.map((choice) => choice.Next), ...(Default ? [Default] : [])];
  const wanted = { release: 'ReleaseNumber', undo: 'RestoreBusiness', provisioning: '' }[way];
  return names.find((name) => name === wanted) ?? names.find((name) => !name.startsWith('Already'));
}
