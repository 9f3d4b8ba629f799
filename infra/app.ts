/** The CDK app: `cdk synth`, or `cdk deploy -c stage=staging`. Without a stage it is dev. */
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { ProvisioningStack } from './provisioning-stack';
import { stageOf } from './stages';
import { builtFunctions, context } from './synthesise';

const app = new App({ context });
const stage = z.string().default('dev').parse(app.node.tryGetContext('stage'));
new ProvisioningStack(app, { settings: stageOf(stage), bundles: builtFunctions }).checkSettings();
