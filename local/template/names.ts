import { ACCOUNT, REGION } from '../kernel/wiring';
import type { Resource } from './cloud-formation';

/** What the rest of a template can say about one resource. */
export interface Identity {
  name: string;
  ref: string;
  attributes: Record<string, string>;
}

/** A literal name property, else the name CloudFormation would make up (ours is stable). */
type NameOf = (property: string) => string;

/** A local ARN. */
export const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const identities: Record<string, (name: NameOf) => Identity> = {
  'AWS::Lambda::Function': (nameOf) => {
    const name = nameOf('FunctionName');
    return { name, ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } };
  },
  'AWS::SQS::Queue': (nameOf) => {
    const name = nameOf('QueueName');
    // Not a host of AWS: a product that sent to it would fail here rather than reach the real service.
    return { name, ref: `http://sqs.localhost/${ACCOUNT}/${name}`, attributes: { Arn: arn('sqs', name), QueueName: name } };
  },
  'AWS::SNS::Topic': (nameOf) => {
    const name = nameOf('TopicName');
    return { name, ref: arn('sns', name), attributes: { TopicArn: arn('sns', name), TopicName: name } };
  },
  'AWS::Events::EventBus': (nameOf) => {
    const name = nameOf('Name');
    return { name, ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } };
  },
  'AWS::Events::Rule': (nameOf) => {
    const name = nameOf('Name');
    return { name, ref: name, attributes: { Arn: arn('events', `rule/${name}`) } };
  },
  'AWS::StepFunctions::StateMachine': (nameOf) => {
    const name = nameOf('StateMachineName');
    const own = arn('states', `stateMachine:${name}`);
    return { name, ref: own, attributes: { Arn: own, Name: name } };
  },
  'AWS::SecretsManager::Secret': (nameOf) => {
    const name = nameOf('Name');
    const own = arn('secretsmanager', `secret:${name}-local0`);
    return { name, ref: own, attributes: { Id: own } };
  },
  'AWS::SES::ConfigurationSet': (nameOf) => {
    const name = nameOf('Name');
    return { name, ref: name, attributes: {} };
  },
  'AWS::SES::EmailIdentity': (nameOf) => {
    const name = nameOf('EmailIdentity');
    return { name, ref: name, attributes: {} };
  },
  'AWS::Logs::LogGroup': (nameOf) => {
    const name = nameOf('LogGroupName');
    return { name, ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
  },
  'AWS::IAM::Role': (nameOf) => {
    const name = nameOf('RoleName');
    return { name, ref: name, attributes: { Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` } };
  },
};

/** The names and ARNs of a resource, or undefined where a reference to its type cannot be resolved here. */
export function identityOf(resource: Resource, nameOf: NameOf): Identity | undefined {
  return identities[resource.Type]?.(nameOf);
}
