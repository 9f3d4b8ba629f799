import { ServiceError } from './errors';
import { isTooLarge } from './json';

/** What StartExecution is asked. */
export interface StartRequest {
  stateMachineArn: string;
  /** A random one if absent. The same name and input again give the execution that is running already. */
  name?: string | undefined;
  /** JSON text; `{}` if absent. */
  input?: string | undefined;
}

/** Throws InvalidName. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
export function checkName(name: string): void {
  const bad = name.length < 1 || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.test(name);
  if (bad) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** The execution input, parsed; throws InvalidExecutionInput. */
export function parseInput(input: string): unknown {
  if (isTooLarge(input))
    throw new ServiceError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'longer than 262144 bytes'");
  return parseJson(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
}

/** Parses what a caller sent; throws ServiceError with this code. */
export function parseJson(text: string, code: string, prefix: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(code, `${prefix}: 'not JSON'`);
  }
}
