/** Makes CloudFormation templates without AWS: no look-ups, no credentials. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { ProvisioningStack } from './provisioning-stack';
import type { StageSettings } from './stages';

const Template = z.record(z.string(), z.unknown());

/** Where `npm run build` puts the functions. */
export const builtFunctions = 'dist/functions';

/** The behaviours that new CDK apps have and old ones must ask for. */
export const context = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:target-partitions': ['aws'],
};

/**
 * The template of a stage as JSON, within seconds; run it from the repository's root after the build. Bundles are not copied, so it is no use for
 * deploying. Throws if a bundle is missing.
 */
export function synthesise(settings: StageSettings): Record<string, unknown> {
  const outdir = mkdtempSync(join(tmpdir(), 'coresentia-synth-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, context: { ...context, 'aws:cdk:disable-asset-staging': true } });
    const stack = new ProvisioningStack(app, { settings, bundles: builtFunctions });
    return Template.parse(app.synth().getStackArtifact(stack.artifactId).template);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
