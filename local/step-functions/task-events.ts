import { REGION } from '../kernel/wiring';
import { dataDetails, type Happening } from './history';
import { isInvoke, LAMBDA_CALLBACK, type TaskState } from './states';

/** `lambda:invoke` has the events of service integrations, a bare function ARN those of Lambda functions. */
export function taskEvent(state: TaskState, what: string, details: Record<string, unknown> = {}): Happening {
  if (isInvoke(state)) return { type: `Task${what}`, details: { ...resourceOf(state), ...details } };
  return Object.keys(details).length === 0 ? { type: `LambdaFunction${what}` } : { type: `LambdaFunction${what}`, details };
}

/** TaskScheduled or LambdaFunctionScheduled, with `shown` as the parameters. */
export function scheduled(state: TaskState, shown: string, limits: Record<string, number>): Happening {
  if (isInvoke(state)) return taskEvent(state, 'Scheduled', { region: REGION, parameters: shown, ...limits });
  return taskEvent(state, 'Scheduled', { resource: state.Resource, ...dataDetails('input', shown), ...limits });
}

function resourceOf({ Resource }: TaskState) {
  return { resourceType: 'lambda', resource: Resource === LAMBDA_CALLBACK ? 'invoke.waitForTaskToken' : 'invoke' };
}
