import type { Fault, Faults } from '../kernel/faults';
import type { Invocation } from '../kernel/wiring';

/** The armed fault that a function meets: by its full name, or by what follows a dash in it (`prod-buy-number` is also `buy-number`). */
export function takeLambdaFault(faults: Faults, functionName: string): Fault | undefined {
  const meets = ({ call }: Fault) => call === '*' || call === functionName || functionName.endsWith(`-${call}`);
  const armed = faults.all().find((fault) => fault.vendor === 'lambda' && meets(fault));
  return armed && faults.take('lambda', armed.call);
}

const failed = (errorType: string, errorMessage: string): Invocation => ({ error: { errorType, errorMessage } });

/** What the caller sees of each fault; only `lose-response` lets the function run. */
export async function playLambdaFault(fault: Fault, run: () => Promise<Invocation>): Promise<Invocation> {
  switch (fault.mode) {
    case 'refuse':
    case 'server-error':
      return failed('Lambda.ServiceException', 'The service encountered an internal error.');
    case 'rate-limit':
      return failed('Lambda.TooManyRequestsException', 'Rate Exceeded.');
    case 'slow':
      return failed('Sandbox.Timedout', `Error: Task timed out after ${(fault.slowMs / 1000).toFixed(2)} seconds`);
    case 'lose-response':
      await run();
      return failed('Lambda.Unknown', 'The cause could not be determined because Lambda did not return an error type.');
    case 'malformed':
      return failed('Lambda.Unknown', 'The function answered with something that is not JSON.');
    default:
      return failed(fault.code ?? 'Error', 'a scripted error');
  }
}
