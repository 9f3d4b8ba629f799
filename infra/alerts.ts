/** How the operator hears of things. */
import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { nameIn } from './names';
import type { StageSettings } from './stages';

/** The operator's topic: notices of the functions and CloudWatch's alarms. */
export class Alerts extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, settings: StageSettings) {
    super(scope, 'Alerts');
    // CloudWatch may not use AWS's own key for SNS: its alarms would vanish.
    const masterKey = new Key(this, 'Key', { enableKeyRotation: true, description: 'Notices to the operator' });
    this.topic = new Topic(this, 'Operator', { topicName: nameIn(settings.stage, 'operator'), masterKey, enforceSSL: true });
    // A topic with a policy of its own (here for TLS) loses the default one, by which alarms may publish.
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: ofThisAccount }));
    if (settings.operatorEmail) this.topic.addSubscription(new EmailSubscription(settings.operatorEmail));
  }
}
