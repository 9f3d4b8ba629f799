/** How the stack's template refers to the account's bootstrap. */
import { DefaultStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';

/** CDK's own, without the rule that looks up the bootstrap's version: the CLI does that before it deploys, and AWS emulators refuse the rule. */
export function synthesizer(): IStackSynthesizer {
  const own: object = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  if (isSynthesizer(own)) return own;
  throw new Error('this CDK has other synthesizers');
}

/** CDK's class and interface differ in what may be undefined. */
function isSynthesizer(candidate: object): candidate is IStackSynthesizer {
  return candidate instanceof DefaultStackSynthesizer;
}
