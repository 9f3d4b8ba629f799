import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ProvisioningStack } from '../../infra/provisioning-stack';
import { stages } from '../../infra/stages';
import { builtFunctions, context } from '../../infra/synthesise';

const outdir = mkdtempSync(join(tmpdir(), 'coresentia-compliance-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const settings = {
  ...stages.local,
  operatorEmail: 'operator@example.com',
  reservedConcurrency: 10,
  customDomain: {
    domainName: 'www.coresentia.com.au',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
    websiteOrigin: 'coresentia.example.net',
  },
};
const appWith = (more: Record<string, unknown>) =>
  new App({ outdir, analyticsReporting: false, context: { ...context, 'aws:cdk:disable-asset-staging': true, ...more } });

test('CloudFormation’s linter finds nothing', () => {
  const app = appWith({ '@aws-cdk/core:validateAgainstDefaultRules': true });
  new ProvisioningStack(app, { settings, bundles: builtFunctions }).node.validate();
  expect(() => app.synth()).not.toThrow();
});

test('AWS’s best practices are kept, but for what is acknowledged with a reason', () => {
  const app = appWith({});
  new ProvisioningStack(app, { settings, bundles: builtFunctions }).node.validate();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
