import { UnsupportedTemplate } from './cloud-formation';
import { readRules } from './event-resources';
import { readFunctionUrls, readFunctions, readMappings } from './lambda-resources';
import type { StackModel } from './model';
import { readConfigurationSets, readQueues, readStateMachines } from './service-resources';
import { Stack, type Surroundings } from './stack';

export interface Resolve extends Surroundings {
  /** The absolute path of a function's bundle. */
  bundleFile: (functionName: string) => string;
  /** Replaces the values of function variables that the template declares (by variable name); adds none. */
  overrides?: Record<string, string>;
}

// Permissions, observation and the outside network: nothing local depends on them.
const ignoredTypes =
  /^AWS::(IAM|Logs|CloudWatch|KMS|Budgets|XRay|CloudFront|Route53|CertificateManager|WAFv2|Synthetics|ServiceCatalogAppRegistry)::|^AWS::(CDK::Metadata|Lambda::Permission|SQS::QueuePolicy|SNS::TopicPolicy|Events::EventBusPolicy|Events::Archive|SecretsManager::ResourcePolicy)$/;
const readTypes = new Set([
  'AWS::Lambda::Function',
  'AWS::Lambda::Url',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::StepFunctions::StateMachine',
  'AWS::SecretsManager::Secret',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SES::EmailIdentity',
]);

/**
 * A synthesised CloudFormation template as the laptop's wiring. Throws `UnsupportedTemplate` with the logical id for a resource type, property or
 * intrinsic function that would matter and has no counterpart here.
 */
export function readTemplate(template: unknown, resolve: Resolve): StackModel {
  const stack = new Stack(template, resolve);
  const ignored = ignoredResources(stack);
  const functions = readFunctions(stack, { bundleFile: resolve.bundleFile, overrides: resolve.overrides ?? {} });
  return {
    functions,
    functionUrls: readFunctionUrls(stack),
    queues: readQueues(stack),
    mappings: readMappings(stack, (name) => functions.find((candidate) => candidate.name === name)?.arn),
    buses: named(stack, 'AWS::Events::EventBus'),
    rules: readRules(stack),
    topics: named(stack, 'AWS::SNS::Topic'),
    stateMachines: readStateMachines(stack),
    secrets: named(stack, 'AWS::SecretsManager::Secret'),
    configurationSets: readConfigurationSets(stack),
    emailIdentities: named(stack, 'AWS::SES::EmailIdentity').map(({ name }) => name),
    ignored,
  };
}

/** Names of the functions that have a URL: what must listen before the template can be read. */
export function functionUrlNames(template: unknown, resolve: Pick<Surroundings, 'stackName' | 'parameters'> = {}): string[] {
  return readFunctionUrls(new Stack(template, { ...resolve, functionUrl: () => 'http://unknown.invalid/' }));
}

function named(stack: Stack, type: string): { name: string; arn: string }[] {
  return stack.of(type).map(({ logicalId }) => {
    const { name, ref, attributes } = stack.identity(logicalId);
    return { name, arn: attributes['Arn'] ?? ref };
  });
}

function ignoredResources(stack: Stack): StackModel['ignored'] {
  const rest = Object.entries(stack.template.Resources).filter(([, { Type }]) => !readTypes.has(Type));
  return rest.map(([logicalId, { Type, Properties }]) => {
    // A person reads the operator's topic; a queue or function behind it would be wiring.
    const harmlessSubscription = Type === 'AWS::SNS::Subscription' && ['email', 'sms'].includes(String(Properties['Protocol']));
    if (!ignoredTypes.test(Type) && !harmlessSubscription)
      throw new UnsupportedTemplate(logicalId, `resource type ${Type} is not supported`);
    return { logicalId, type: Type };
  });
}
