/** Every Lambda function of the stage. */
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { type FunctionName, functionNames, functionSettings, pascalCase } from './function-settings';
import { isPublic } from './function-urls';
import { keepsData, machineNames, nameIn } from './names';
import type { StageName } from './stages';
import type { Use, UseName } from './uses';

/** Where each function's bundle lies: `<bundles>/<name>/index.js`, relative to the repository's root. */
export interface FunctionsProps {
  stage: StageName;
  bundles: string;
  /** Of each public function; undefined reserves nothing. */
  reservedConcurrency: number | undefined;
}

/** The functions, without variables and grants until `give`: those refer to function URLs. */
export class Functions extends Construct {
  readonly #functions: ReadonlyMap<FunctionName, Function>;

  constructor(scope: Construct, props: FunctionsProps) {
    super(scope, 'Functions');
    acknowledge(this, 'IAM5[Resource::*]', 'X-Ray takes traces for no narrower resource');
    acknowledge(this, 'IAM5[Action::kms:GenerateDataKey*]', 'publishing to an encrypted topic; the resource is its key alone');
    for (const machine of machineNames) {
      const executions = `arn:<AWS::Partition>:states:ap-southeast-2:<AWS::AccountId>:execution:${nameIn(props.stage, machine)}:*`;
      acknowledge(this, `IAM5[Resource::${executions}]`, 'which execution of this one machine it will be is not known before');
    }
    this.#functions = new Map(functionNames.map((name) => [name, this.#create(name, props)]));
  }

  get(name: FunctionName): Function {
    const found = this.#functions.get(name);
    if (!found) throw new Error(`no function ${name}`);
    return found;
  }

  /** Gives every function the variables and grants of what it uses, and no others. */
  give(uses: Record<UseName, Use>): void {
    for (const name of functionNames) for (const useName of functionSettings[name].uses) this.#give(name, uses[useName]);
  }

  #give(name: FunctionName, { variables, grant }: Use): void {
    const target = this.get(name);
    for (const [key, value] of Object.entries(variables)) if (value !== undefined) target.addEnvironment(key, value);
    grant(target);
  }

  #create(name: FunctionName, { stage, bundles, reservedConcurrency }: FunctionsProps): Function {
    const functionName = nameIn(stage, name);
    const { memoryMb, timeoutSeconds } = functionSettings[name];
    const logGroup = new LogGroup(this, `${pascalCase(name)}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: keepsData(stage),
    });
    // A role of its own, because the managed basic policy may write to every log group of the account.
    const role = new Role(this, `${pascalCase(name)}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return new Function(this, pascalCase(name), {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(`${bundles}/${name}`),
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      ...(isPublic(name) && reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
  }
}
