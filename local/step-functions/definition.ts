import type { z } from 'zod';
import { DefinitionError } from './errors';
import { Program } from './states';

/** Checks and compiles a parsed ASL document; throws DefinitionError that lists every state and field it does not implement. */
export function compileDefinition(name: string, definition: unknown): Program {
  const parsed = Program.safeParse(definition);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describe).join('; ');
  throw new DefinitionError(`state machine '${name}' cannot be loaded: ${problems}`);
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  const message = issue.code === 'unrecognized_keys' ? 'is not implemented' : issue.message;
  const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return fields.map((field) => `${place(field)}: ${message}`).join('; ');
}

/** `States.A.Branches.0.States.B.Retry.0.X` is the field Retry.0.X of state B. */
function place(path: string[]): string {
  const states = path.lastIndexOf('States');
  const state = path[states + 1];
  if (states === -1 || state === undefined) return `field '${path.join('.')}'`;
  return `state '${state}', field '${path.slice(states + 2).join('.')}'`;
}
