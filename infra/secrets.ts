/** The vendors' secrets. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { pascalCase } from './function-settings';
import type { StageName } from './stages';

/** With the JSON that the owner puts in after the first deployment. */
const secretShapes = {
  xero: '{"clientId", "clientSecret"}',
  'xero-webhook': '{"webhookKey"}',
  twilio: '{"accountSid", "authToken"}',
  supabase: '{"secretKey"}',
} as const;
export type SecretName = keyof typeof secretShapes;

/** Created empty, as `coresentia/<stage>/<name>`; they stay when the stack goes. */
export class Secrets extends Construct {
  /** By name. */
  readonly arns: Record<SecretName, string>;

  constructor(scope: Construct, stage: StageName) {
    super(scope, 'Secrets');
    acknowledge(this, 'SMG4', 'the vendors give the secrets out by hand; functions pick a new one up within five minutes');
    const create = (name: SecretName) => {
      const secret = new CfnSecret(this, pascalCase(name), { name: `coresentia/${stage}/${name}`, description: secretShapes[name] });
      secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
      return secret.ref;
    };
    this.arns = { xero: create('xero'), 'xero-webhook': create('xero-webhook'), twilio: create('twilio'), supabase: create('supabase') };
  }
}
