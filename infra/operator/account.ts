/** The AWS account that a command talks to, and the ARNs in it. */
import { type MachineName, nameIn } from '../names';
import type { StageName } from '../stages';
import { type AskAws, elements } from './aws';
import { Unanswered } from './doctor/check';

/** `caller`: the ARN of whoever asks, empty on the laptop, whose account is made up. Throws `Unanswered` if STS does not say. */
export async function accountOf({ ask, onLaptop }: { ask: AskAws; onLaptop: boolean }): Promise<{ account: string; caller: string }> {
  if (onLaptop) return { account: '000000000000', caller: '' };
  const answer = await ask({ service: 'sts', form: { Action: 'GetCallerIdentity', Version: '2011-06-15' } });
  const [caller] = elements(answer.body, 'Arn');
  const [account] = elements(answer.body, 'Account');
  if (answer.status !== 200 || !caller || !account) throw new Unanswered('STS', answer, 'Are the credentials still valid? aws sso login');
  return { account, caller };
}

export const machineArn = (account: string, stage: StageName, machine: MachineName = 'provisioning'): string =>
  `arn:aws:states:ap-southeast-2:${account}:stateMachine:${nameIn(stage, machine)}`;
