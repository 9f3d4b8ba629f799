import type { EmitEvent } from '../kernel/wiring';
import type { Execution } from './execution';
import { redriveStatus } from './redrive';

const MAX_EVENT_DATA_BYTES = 248 * 1024; // beyond it AWS leaves input and output out

/** The event that Step Functions puts on the default bus: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function statusChange(execution: Execution): Parameters<EmitEvent>[1] {
  const { arn, stateMachineArn, name, status, startMs, stopMs, inputText, outputText, error, cause, redriveMs } = execution;
  const bytes = Buffer.byteLength(inputText) + Buffer.byteLength(outputText ?? '');
  const included = bytes <= MAX_EVENT_DATA_BYTES;
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn,
      name,
      status,
      startDate: startMs,
      stopDate: stopMs ?? null,
      input: included ? inputText : null,
      inputDetails: { included },
      output: included ? (outputText ?? null) : null,
      outputDetails: outputText === undefined ? null : { included },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: execution.redriveCount,
      redriveDate: redriveMs ?? null,
      redriveStatusReason: null,
      ...redriveStatus(execution),
    },
  };
}
