/** AWS: EventBridge, Step Functions, SNS, SES and Bedrock. */
import type { OurEvent } from '../events';

/** EventBridge, our bus. Throws `TransientError` if any entry was not accepted. */
export interface EventPublisher {
  publish(events: readonly OurEvent[]): Promise<void>;
}

/** Step Functions, as the functions use it. */
export interface Executions {
  /** Wakes a callback Task. `gone`: the token's attempt is over (timed out, redriven, already answered). */
  sendTaskSuccess(taskToken: string, output: Record<string, string>): Promise<'accepted' | 'gone'>;
  /** How it ended last and where, read from the history; undefined if it never failed. */
  lastFailure(executionArn: string): Promise<Failure | undefined>;
  /** What failed, timed out or was stopped since then and stands so still, all pages. */
  failedSince(stateMachineArn: string, since: Date): Promise<FailedExecution[]>;
  /** Ends a running execution; a function that it has called goes on to its own end. What is over already, or gone, stays as it is. */
  stop(executionArn: string, cause: string): Promise<void>;
  /** Goes on where the execution stopped. `running`: it does already; `too-late`: over for more than 14 days, or for good. */
  redrive(executionArn: string): Promise<'redriven' | 'running' | 'too-late'>;
}

/** `cause` is the error's message; `eventId` numbers this end within the execution. */
export interface Failure {
  state: string;
  error: string;
  cause: string;
  eventId: number;
}

export interface FailedExecution {
  executionArn: string;
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  endedAt: Date;
}

/** SNS: tells the operator. Subject up to 100 characters, plain English, no personal data. */
export interface Notices {
  publish(notice: { subject: string; body: string }): Promise<void>;
}

/** SES. Throws `TransientError` with `accepted: 'no'` only if SES proved that it did not take the mail; `EmailAddressRejected` and `EmailRefused` are terminal. */
export interface Mailer {
  send(mail: { mailId: string; to: string; subject: string; html: string; text: string }): Promise<{ messageId: string }>;
}

/** Bedrock: the wording of a reply. Undefined if the model is off, slow, refuses or talks nonsense. */
export interface ReplyWriter {
  write(request: {
    system: string;
    messages: { role: 'user' | 'assistant'; text: string }[];
    timeoutMs: number;
  }): Promise<string | undefined>;
}
