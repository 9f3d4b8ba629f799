import { z } from 'zod';
import { UnsupportedTemplate } from './cloud-formation';
import type { FunctionModel, MappingModel } from './model';
import { type Stack, functionNameOf } from './stack';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Target = z.object({ TargetArn: z.string() });
const OnFailure = z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() });
const Function = z.strictObject({
  FunctionName: z.string().optional(),
  Runtime: z.literal('nodejs24.x'),
  Handler: z.string().regex(/^index\.\w+$/),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), text).default({}) }).default({ Variables: {} }),
  DeadLetterConfig: Target.optional(),
});
const InvokeConfig = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  MaximumEventAgeInSeconds: z.number().default(21_600),
  DestinationConfig: OnFailure.default({}),
});
const Url = z.strictObject({
  TargetFunctionArn: z.string(),
  AuthType: z.literal('NONE'),
  InvokeMode: z.literal('BUFFERED').default('BUFFERED'),
});
const Mapping = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().min(2) }).optional(),
  Enabled: z.literal(true).default(true),
});

// Neither permissions nor the machine under the function exist here; the code is the build's, found by name.
const harmless = [
  'Code',
  'Role',
  'Architectures',
  'TracingConfig',
  'LoggingConfig',
  'EphemeralStorage',
  'RecursiveLoop',
  'KmsKeyArn',
  'RuntimeManagementConfig',
];

/** How the template's functions become local ones. */
export interface FunctionSources {
  bundleFile: (functionName: string) => string;
  /** Replaces the values of variables that the template declares; adds none. */
  overrides: Record<string, string>;
}

/** Every function of the stack, with how Lambda repeats its asynchronous invocations. */
export function readFunctions(stack: Stack, { bundleFile, overrides }: FunctionSources): FunctionModel[] {
  const configs = stack.of('AWS::Lambda::EventInvokeConfig').map(({ logicalId }) => stack.properties(logicalId, InvokeConfig));
  return stack.of('AWS::Lambda::Function').map(({ logicalId }) => {
    const { name, attributes } = stack.identity(logicalId);
    const own = stack.properties(logicalId, Function, harmless);
    const config = configs.find((candidate) => functionNameOf(candidate.FunctionName) === name);
    const replaced = Object.entries(own.Environment.Variables).map(([key, value]) => [key, overrides[key] ?? value]);
    return {
      name,
      arn: attributes['Arn'] ?? '',
      bundleFile: bundleFile(name),
      handler: own.Handler.slice('index.'.length),
      timeoutMs: own.Timeout * 1000,
      memoryMb: own.MemorySize,
      environment: Object.fromEntries(replaced),
      reservedConcurrency: own.ReservedConcurrentExecutions,
      asynchronous: {
        maxRetries: config?.MaximumRetryAttempts ?? 2,
        maxAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
        onFailureArn: config?.DestinationConfig.OnFailure?.Destination,
        deadLetterArn: own.DeadLetterConfig?.TargetArn,
      },
    };
  });
}

/** Names of the functions that have a URL. */
export function readFunctionUrls(stack: Stack): string[] {
  return stack.of('AWS::Lambda::Url').map(({ logicalId }) => {
    stack.properties(logicalId, Url);
    return functionNameOf(stack.functionArnOf(logicalId));
  });
}

/** Every queue that feeds a function. */
export function readMappings(stack: Stack, arnOfFunction: (name: string) => string | undefined): MappingModel[] {
  return stack.of('AWS::Lambda::EventSourceMapping').map(({ logicalId }) => {
    const own = stack.properties(logicalId, Mapping);
    const functionArn = arnOfFunction(functionNameOf(own.FunctionName));
    if (!functionArn) throw new UnsupportedTemplate(logicalId, 'feeds a function that is not in the stack');
    return {
      queueArn: own.EventSourceArn,
      functionArn,
      batchSize: own.BatchSize,
      batchWindowMs: own.MaximumBatchingWindowInSeconds * 1000,
      reportsItemFailures: own.FunctionResponseTypes.length > 0,
      maxConcurrency: own.ScalingConfig?.MaximumConcurrency,
    };
  });
}
