import { dirname } from 'node:path';
import { REGION } from '../kernel/wiring';
import type { FunctionModel } from '../template/model';

/**
 * All that a function's environment holds: the template's variables, what Lambda adds, dummy credentials, and the endpoint URLs that replace
 * vendors. Nothing of this process's own environment.
 */
export function environmentOf(model: FunctionModel, endpoints: Record<string, string>): Record<string, string> {
  return {
    ...model.environment,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: model.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_TASK_ROOT: dirname(model.bundleFile),
    _HANDLER: `index.${model.handler}`,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...endpoints,
  };
}
