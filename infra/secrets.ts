/** The vendors' secrets. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { secretIdOf, type SecretName, secretSchemas } from '../shared/secrets';
import { acknowledge } from './acknowledge';
import { pascalCase } from './function-settings';
import type { StageName } from './stages';

/** Created empty, as `coresentia/<stage>/<name>`, and filled by `npm run secrets`; they stay when the stack goes. */
export class Secrets extends Construct {
  /** By name. */
  readonly arns: Record<SecretName, string>;

  constructor(scope: Construct, stage: StageName) {
    super(scope, 'Secrets');
    acknowledge(this, 'SMG4', 'the vendors give the secrets out by hand; functions pick a new one up within five minutes');
    const create = (name: SecretName) => {
      const fields = Object.keys(secretSchemas[name].shape).map((field) => `"${field}"`);
      const secret = new CfnSecret(this, pascalCase(name), { name: secretIdOf(stage, name), description: `{${fields.join(', ')}}` });
      secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
      return secret.ref;
    };
    this.arns = { xero: create('xero'), 'xero-webhook': create('xero-webhook'), twilio: create('twilio'), supabase: create('supabase') };
  }
}
