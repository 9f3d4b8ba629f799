import { z } from 'zod';
import type { RuleModel, TargetInput } from './model';
import type { Stack } from './stack';

const Target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z.strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() }).optional(),
  // EventBridge's defaults: 24 hours and 185 attempts.
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: z.number().default(185), MaximumEventAgeInSeconds: z.number().default(86_400) })
    .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});
type Target = z.infer<typeof Target>;
const Rule = z.strictObject({
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: z.record(z.string(), z.unknown()).optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(Target).default([]),
});

/** Every enabled rule of the stack. */
export function readRules(stack: Stack): RuleModel[] {
  const rules = stack
    .of('AWS::Events::Rule')
    .map(({ logicalId }) => ({ identity: stack.identity(logicalId), own: stack.properties(logicalId, Rule) }));
  return rules
    .filter(({ own }) => own.State === 'ENABLED')
    .map(({ identity, own }) => ({
      name: identity.name,
      arn: identity.attributes['Arn'] ?? '',
      bus: own.EventBusName.split('/').at(-1) ?? 'default',
      pattern: own.EventPattern,
      schedule: own.ScheduleExpression,
      targets: own.Targets.map((target) => ({
        id: target.Id,
        arn: target.Arn,
        input: inputOf(target),
        retry: { maxAttempts: target.RetryPolicy.MaximumRetryAttempts, maxAgeMs: target.RetryPolicy.MaximumEventAgeInSeconds * 1000 },
        deadLetterArn: target.DeadLetterConfig?.Arn,
      })),
    }));
}

function inputOf({ Input, InputPath, InputTransformer }: Target): TargetInput {
  if (Input !== undefined) return { kind: 'constant', json: Input };
  if (InputPath !== undefined) return { kind: 'path', path: InputPath };
  if (InputTransformer) return { kind: 'transformer', paths: InputTransformer.InputPathsMap, template: InputTransformer.InputTemplate };
  return { kind: 'event' };
}
