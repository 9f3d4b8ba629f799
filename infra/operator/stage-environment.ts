/** Lets an operator's command use the same services as the functions, against a stage on AWS or the stack on this laptop. */
import { clockOffset, installClock } from '../../local/kernel/clock';
import { readEndpoints } from '../../local/endpoints';
import { z } from 'zod';
import { stageOf } from '../stages';

/** Sets the environment that `shared/services.ts` reads. AWS credentials of a real stage come from the operator's own profile. */
export async function useStage(name: string): Promise<void> {
  const { supabase, stage } = stageOf(name);
  Object.assign(process.env, {
    AWS_REGION: 'ap-southeast-2',
    SUPABASE_URL: supabase.url,
    SUPABASE_SECRET_ID: `coresentia/${stage}/supabase`,
    EVENT_BUS_NAME: `coresentia-${stage}`,
  });
  if (stage === 'local') await useLaptop();
}

/** `LOCAL_DATA_DIR` names another stack's folder than that of `npm start`. */
async function useLaptop(): Promise<void> {
  const endpoints = readEndpoints(process.env['LOCAL_DATA_DIR'] ?? '.local');
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    SUPABASE_URL: endpoints.supabase,
  });
  const clock = z.object({ offsetSeconds: z.number() }).parse(await (await fetch(`${endpoints.controlRoom}/api/clock`)).json());
  installClock(clockOffset(clock.offsetSeconds * 1000));
}

/** Who runs the command, for the audit trail. */
export function operatorName(): string {
  return process.env['OPERATOR'] ?? process.env['USER'] ?? process.env['LOGNAME'] ?? 'operator';
}
