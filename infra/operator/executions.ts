/** Step Functions as the operator uses it: looks at one execution, and starts one under a name. */
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { awsError, awsFailure, awsOptions } from '../../shared/clients/aws';

/** `isRedrivable` as Step Functions says; `endedAt` is undefined while it runs. */
export interface ExecutionState {
  status: string;
  isRedrivable: boolean;
  endedAt: Date | undefined;
}

export interface OperatorExecutions {
  /** Undefined if there is none: it never started, or it ended 90 days ago. */
  describe(executionArn: string): Promise<ExecutionState | undefined>;
  /** Once per name: an execution that has this ARN already is as good. */
  start(execution: { executionArn: string; input: Record<string, string> }): Promise<void>;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html ; throws our errors. */
export function operatorExecutions(): OperatorExecutions {
  const client = new SFNClient(awsOptions());
  return {
    async describe(executionArn) {
      try {
        const { status = '', redriveStatus, stopDate } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return { status, isRedrivable: redriveStatus === 'REDRIVABLE', endedAt: stopDate };
      } catch (thrown) {
        if (awsFailure(thrown).name === 'ExecutionDoesNotExist') return undefined;
        throw awsError('Step Functions', thrown);
      }
    },

    async start({ executionArn, input }) {
      const { stateMachineArn, name } = partsOf(executionArn);
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (thrown) {
        if (awsFailure(thrown).name !== 'ExecutionAlreadyExists') throw awsError('Step Functions', thrown);
      }
    },
  };
}

/** `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`. Throws if it is none. */
export function partsOf(executionArn: string): { stateMachineArn: string; name: string } {
  const found = /^(arn:[^:]+:states:[^:]*:[^:]*):execution:([^:]+):(.+)$/.exec(executionArn);
  const [, prefix, machine, name] = found ?? [];
  if (!prefix || !machine || !name) throw new Error(`${executionArn} is no execution`);
  return { stateMachineArn: `${prefix}:stateMachine:${machine}`, name };
}

/** The ARN of the same machine's execution of another name. */
export function sibling(executionArn: string, name: string): string {
  const { stateMachineArn } = partsOf(executionArn);
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
