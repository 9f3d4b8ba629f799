import { type Path, readPath, type Insert, type Scope } from './paths';
import type { Template } from './template';
import type { Thread } from './thread';

/** InputPath, Parameters, ResultSelector, ResultPath, OutputPath: what a state does to its data, in this order. */

interface InOut {
  InputPath?: Path | null | undefined;
  OutputPath?: Path | null | undefined;
}

interface Result {
  ResultSelector?: Template | undefined;
  ResultPath?: Insert | null | undefined;
}

/** The effective input: what InputPath leaves of the state's input (null leaves `{}`). */
export function effectiveInput({ InputPath }: InOut, thread: Thread): unknown {
  return select(InputPath, thread.scope(thread.branch.input));
}

/** What Parameters make of the effective input. */
export function parameters(state: InOut & { Parameters?: Template | undefined }, thread: Thread, token?: string): unknown {
  const scope = thread.scope(effectiveInput(state, thread), token);
  return state.Parameters ? state.Parameters.evaluate(scope) : scope.input;
}

/** The state's output when it has no result of its own: the effective input, through OutputPath. */
export function passedOutput(state: InOut, thread: Thread): unknown {
  return select(state.OutputPath, thread.scope(effectiveInput(state, thread)));
}

/** The state's output: the selected result, put into the state's input, through OutputPath. */
export function resultOutput(state: InOut & Result, thread: Thread, result: unknown): unknown {
  const selected = state.ResultSelector ? state.ResultSelector.evaluate(thread.scope(result)) : result;
  return select(state.OutputPath, thread.scope(placed(state.ResultPath, thread, selected)));
}

/** ResultPath: null drops the value and keeps the state's input, absent replaces the input by the value. */
export function placed(resultPath: Insert | null | undefined, thread: Thread, value: unknown): unknown {
  if (resultPath === null) return thread.branch.input;
  return resultPath ? resultPath(thread.branch.input, value) : value;
}

function select(path: Path | null | undefined, scope: Scope): unknown {
  if (path === null) return {};
  return path ? readPath(path, scope) : scope.input;
}
