import { z } from 'zod';
import { UnsupportedTemplate } from './cloud-formation';
import type { ConfigurationSetModel, QueueModel } from './model';
import type { Stack } from './stack';

const Queue = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: z.number().default(30),
  DelaySeconds: z.number().default(0),
  MessageRetentionPeriod: z.number().default(345_600),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
  FifoQueue: z.literal(false).optional(),
});

/** Every queue of the stack. */
export function readQueues(stack: Stack): QueueModel[] {
  const harmless = [
    'KmsMasterKeyId',
    'KmsDataKeyReusePeriodSeconds',
    'SqsManagedSseEnabled',
    'ReceiveMessageWaitTimeSeconds',
    'RedriveAllowPolicy',
  ];
  return stack.of('AWS::SQS::Queue').map(({ logicalId }) => {
    const own = stack.properties(logicalId, Queue, harmless);
    const { name, attributes } = stack.identity(logicalId);
    return {
      name,
      arn: attributes['Arn'] ?? '',
      visibilityMs: own.VisibilityTimeout * 1000,
      delayMs: own.DelaySeconds * 1000,
      retentionMs: own.MessageRetentionPeriod * 1000,
      deadLetter: own.RedrivePolicy && {
        queueArn: own.RedrivePolicy.deadLetterTargetArn,
        maxReceiveCount: own.RedrivePolicy.maxReceiveCount,
      },
    };
  });
}

const StateMachine = z.strictObject({
  StateMachineName: z.string().optional(),
  StateMachineType: z.literal('STANDARD').default('STANDARD'),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionString: z.string().optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
});

/** Every state machine of the stack, its definition as JSON text with all substitutions made. */
export function readStateMachines(stack: Stack): { name: string; arn: string; definition: string }[] {
  const harmless = ['RoleArn', 'LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration'];
  return stack.of('AWS::StepFunctions::StateMachine').map(({ logicalId }) => {
    const own = stack.properties(logicalId, StateMachine, harmless);
    const source = own.DefinitionString ?? (own.Definition && JSON.stringify(own.Definition));
    if (source === undefined) throw new UnsupportedTemplate(logicalId, 'no inline definition');
    const { name, ref } = stack.identity(logicalId);
    return { name, arn: ref, definition: substituted(source, own.DefinitionSubstitutions) };
  });
}

/** As CloudFormation does it: an undeclared `${…}` stays as it is (the interpreter then refuses it as a resource). */
function substituted(source: string, substitutions: Record<string, string>): string {
  return source.replace(/\$\{([\w.-]+)\}/g, (whole, key: string) => {
    const value = substitutions[key];
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
}

const ConfigurationSet = z.strictObject({ Name: z.string().optional() });
const EventDestination = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: z.boolean().default(false),
    MatchingEventTypes: z.array(z.string()),
    EventBridgeDestination: z.strictObject({ EventBusArn: z.string().endsWith(':event-bus/default') }),
  }),
});

/** The SES configuration sets, with the event types that reach EventBridge. */
export function readConfigurationSets(stack: Stack): ConfigurationSetModel[] {
  const destinations = stack
    .of('AWS::SES::ConfigurationSetEventDestination')
    .map(({ logicalId }) => stack.properties(logicalId, EventDestination));
  const harmless = ['DeliveryOptions', 'ReputationOptions', 'SendingOptions', 'SuppressionOptions', 'TrackingOptions', 'VdmOptions'];
  return stack.of('AWS::SES::ConfigurationSet').map(({ logicalId }) => {
    stack.properties(logicalId, ConfigurationSet, harmless);
    const { name } = stack.identity(logicalId);
    const enabled = destinations.filter((each) => each.ConfigurationSetName === name && each.EventDestination.Enabled);
    // The property takes `send` and `SEND`; the generated constants differ between CDK versions.
    const eventTypes = enabled.flatMap((each) => each.EventDestination.MatchingEventTypes.map((type) => type.toUpperCase()));
    return { name, eventTypes: [...new Set(eventTypes)] };
  });
}
