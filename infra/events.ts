/** Who hears of which event. */
import { Duration } from 'aws-cdk-lib';
import { type EventBus, EventField, type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type EventDetails, eventSource } from '../shared/events';
import { type FunctionName, kebabCase } from './function-settings';
import type { Functions } from './functions';
import { nameIn } from './names';
import type { Queues, WorkQueue } from './queues';
import type { StageName } from './stages';

interface EventsProps {
  stage: StageName;
  bus: EventBus;
  queues: Queues;
  functions: Functions;
  stateMachine: StateMachine;
  offboarding: StateMachine;
  configurationSetName: string;
}

// EventBridge's own limits: a day, 185 tries.
const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** The rules of our bus and those of the default bus, where AWS services report. */
export function addEvents(stack: Construct, props: EventsProps): void {
  const scope = new Construct(stack, 'Events');
  addOurEvents(scope, props);
  addServiceEvents(scope, props);
}

function addOurEvents(scope: Construct, { stage, bus: eventBus, queues, functions, stateMachine, offboarding }: EventsProps): void {
  const rule = (detailType: keyof EventDetails) => {
    const id = detailType.replace(' ', '');
    const eventPattern = { source: [eventSource], detailType: [detailType] };
    return new Rule(scope, id, { ruleName: nameIn(stage, kebabCase(id)), eventBus, eventPattern });
  };
  rule('Invoice Updated').addTarget(new SqsQueue(queues.screenInvoice, { ...delivery, deadLetterQueue: queues.screenInvoiceDead }));
  const work = (detailType: keyof EventDetails, { queue, dead }: WorkQueue) =>
    rule(detailType).addTarget(new SqsQueue(queue, { ...delivery, deadLetterQueue: dead }));
  work('Message Missed', queues.recoverMessage);
  work('Lead Captured', queues.alertOwner);
  work('Call Missed', queues.textBackCaller);
  const input = RuleTargetInput.fromEventPath('$.detail');
  rule('Deposit Paid').addTarget(new SfnStateMachine(stateMachine, { ...delivery, input, deadLetterQueue: queues.depositPaidDead }));
  const linkRequested = { ...delivery, event: input, deadLetterQueue: queues.undelivered };
  rule('Link Requested').addTarget(new LambdaFunction(functions.get('send-sign-in-link'), linkRequested));
  // What stays here is announced again by nudge-offboarding.
  rule('Offboarding Confirmed').addTarget(new SfnStateMachine(offboarding, { ...delivery, input, deadLetterQueue: queues.undelivered }));
}

function addServiceEvents(scope: Construct, props: EventsProps): void {
  const { stage, queues, functions, stateMachine, offboarding, configurationSetName } = props;
  const rule = (id: string, eventPattern: EventPattern) => new Rule(scope, id, { ruleName: nameIn(stage, kebabCase(id)), eventPattern });
  const target = (name: FunctionName) => new LambdaFunction(functions.get(name), { ...delivery, deadLetterQueue: queues.undelivered });
  rule('ExecutionEnded', {
    source: ['aws.states'],
    detailType: ['Step Functions Execution Status Change'],
    detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [stateMachine.stateMachineArn, offboarding.stateMachineArn] },
  }).addTarget(target('alert-operator'));
  const ofOurs = { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': [configurationSetName] } } } };
  const recordEmailEvent = (event: RuleTargetInput) =>
    new LambdaFunction(functions.get('record-email-event'), { ...delivery, event, deadLetterQueue: queues.undelivered });
  rule('EmailEvents', { ...ofOurs, detailType: emailEvents }).addTarget(recordEmailEvent(RuleTargetInput.fromObject(withoutAddresses())));
  const bounce = { bounceType: EventField.fromPath('$.detail.bounce.bounceType') };
  rule('EmailBounces', { ...ofOurs, detailType: ['Email Bounced'] }).addTarget(
    recordEmailEvent(RuleTargetInput.fromObject(withoutAddresses({ bounce }))),
  );
}

/** https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html */
const emailEvents = ['Email Sent', 'Email Delivered', 'Email Complaint Received', 'Email Rejected'];

/** SES's events name the client; what a function failed on lies in a dead-letter queue for days. `more` must be in every event of the rule. */
function withoutAddresses(more: Record<string, Record<string, string>> = {}) {
  const mail = { messageId: EventField.fromPath('$.detail.mail.messageId'), tags: EventField.fromPath('$.detail.mail.tags') };
  return { time: EventField.time, detail: { eventType: EventField.fromPath('$.detail.eventType'), mail, ...more } };
}
