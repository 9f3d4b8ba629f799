/** What AWS would wire from the synthesised CDK app, with every reference resolved to a local name, ARN or URL. Durations in milliseconds. */

/** A Lambda function. `environment` holds exactly the template's variables. */
export interface FunctionModel {
  name: string;
  arn: string;
  /** Path of the bundle, for example `dist/functions/confirm-deposit/index.js`. */
  bundleFile: string;
  /** The exported name, for example `handler`. */
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Record<string, string>;
  reservedConcurrency: number | undefined;
  /** How Lambda repeats asynchronous invocations, and where what still fails goes. */
  asynchronous: { maxRetries: number; maxAgeMs: number; onFailureArn: string | undefined; deadLetterArn: string | undefined };
}

export interface QueueModel {
  name: string;
  arn: string;
  visibilityMs: number;
  delayMs: number;
  retentionMs: number;
  deadLetter: { queueArn: string; maxReceiveCount: number } | undefined;
}

/** A queue that feeds a function. */
export interface MappingModel {
  queueArn: string;
  functionArn: string;
  batchSize: number;
  batchWindowMs: number;
  reportsItemFailures: boolean;
  maxConcurrency: number | undefined;
}

/** What a target receives: the event, a constant, one part of the event, or a text built from parts. */
export type TargetInput =
  | { kind: 'event' }
  | { kind: 'constant'; json: string }
  | { kind: 'path'; path: string }
  | { kind: 'transformer'; paths: Record<string, string>; template: string };

export interface TargetModel {
  id: string;
  arn: string;
  input: TargetInput;
  retry: { maxAttempts: number; maxAgeMs: number };
  deadLetterArn: string | undefined;
}

/** An EventBridge rule: by pattern, by schedule (`rate(…)`, `cron(…)`), or both. */
export interface RuleModel {
  name: string;
  arn: string;
  bus: string;
  pattern: Record<string, unknown> | undefined;
  schedule: string | undefined;
  targets: TargetModel[];
}

/** `eventTypes` are those that SES hands to EventBridge, in CloudFormation's spelling (`SEND`, `DELIVERY`, `BOUNCE`). */
export interface ConfigurationSetModel {
  name: string;
  eventTypes: string[];
}

export interface StackModel {
  functions: FunctionModel[];
  /** Names of the functions that have a URL. */
  functionUrls: string[];
  queues: QueueModel[];
  mappings: MappingModel[];
  buses: { name: string; arn: string }[];
  rules: RuleModel[];
  topics: { name: string; arn: string }[];
  stateMachines: { name: string; arn: string; definition: string }[];
  secrets: { name: string; arn: string }[];
  configurationSets: ConfigurationSetModel[];
  /** Verified SES identities: addresses or domains. */
  emailIdentities: string[];
  /** Resources that have no counterpart here because nothing local depends on them. */
  ignored: { logicalId: string; type: string }[];
}
