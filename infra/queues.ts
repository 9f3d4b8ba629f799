/** The queue before screening, and where undeliverable things wait for the operator. */
import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { pascalCase } from './function-settings';
import type { Functions } from './functions';
import { keepsData, nameIn } from './names';
import type { StageName } from './stages';

/** Invoked by EventBridge, which does not learn how it ended. */
const asynchronous = [
  'sweep-invoices',
  'nudge-onboarding',
  'nudge-offboarding',
  'reconcile-messages',
  'send-due-alerts',
  'purge-old-leads',
  'alert-operator',
  'audit-failures',
  'audit-accounts',
  'record-email-event',
  'send-sign-in-link',
] as const;
const retentionPeriod = Duration.days(14);

/** A queue that a function works off, and where what fails for hours ends. */
export interface WorkQueue {
  queue: Queue;
  dead: Queue;
}

export class Queues extends Construct {
  /** Invoices to screen. */
  readonly screenInvoice: Queue;
  /** Invoices that could not be screened for a day, or never reached the queue. */
  readonly screenInvoiceDead: Queue;
  /** Paid deposits for which no execution could be started. */
  readonly depositPaidDead: Queue;
  /** SIDs of messages that sms-webhook could not take in. */
  readonly recoverMessage: WorkQueue;
  /** Leads whose business's owner must be told. */
  readonly alertOwner: WorkQueue;
  /** Calls that nobody took. */
  readonly textBackCaller: WorkQueue;
  /** Events and schedules that a function failed on again and again. */
  readonly undelivered: Queue;

  constructor(scope: Construct, { stage, functions }: { stage: StageName; functions: Functions }) {
    super(scope, 'Queues');
    const create = (id: string, name: string, more: Pick<QueueProps, 'deadLetterQueue' | 'visibilityTimeout' | 'deliveryDelay'> = {}) =>
      new Queue(this, id, {
        queueName: nameIn(stage, name),
        retentionPeriod,
        removalPolicy: keepsData(stage),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        ...more,
      });
    this.screenInvoiceDead = create('ScreenInvoiceDead', 'screen-invoice-dlq');
    this.depositPaidDead = create('DepositPaidDead', 'deposit-paid-dlq');
    this.undelivered = create('Undelivered', 'undelivered-dlq');
    const dead = 'it is a dead letter queue, of EventBridge or Lambda';
    acknowledge(this.depositPaidDead, 'SQS3', dead);
    acknowledge(this.undelivered, 'SQS3', dead);
    this.screenInvoice = create('ScreenInvoice', 'screen-invoice', {
      // 6 times the function's time-out, as AWS advises. 300 receives x 5 minutes = 25 hours: Xero's daily limit is over by then.
      visibilityTimeout: Duration.minutes(5),
      deadLetterQueue: { queue: this.screenInvoiceDead, maxReceiveCount: 300 },
    });
    // Xero takes 5 calls at a time from one app; SQS polls with at least 2.
    const source = new SqsEventSource(this.screenInvoice, { batchSize: 3, reportBatchItemFailures: true, maxConcurrency: 2 });
    functions.get('screen-invoice').addEventSource(source);
    const worker = (name: 'recover-message' | 'alert-owner' | 'text-back-caller', deliveryDelay = Duration.seconds(0)): WorkQueue => {
      const dead = create(`${pascalCase(name)}Dead`, `${name}-dlq`);
      // 6 minutes are 6 times the longest time-out. 50 receives x 6 minutes = 5 hours: most outages are over by then.
      const queue = create(pascalCase(name), name, {
        visibilityTimeout: Duration.minutes(6),
        deliveryDelay,
        deadLetterQueue: { queue: dead, maxReceiveCount: 50 },
      });
      functions.get(name).addEventSource(new SqsEventSource(queue, { batchSize: 5, reportBatchItemFailures: true, maxConcurrency: 5 }));
      return { queue, dead };
    };
    // Twilio's log must show what the fallback has answered before the message is taken in.
    this.recoverMessage = worker('recover-message', Duration.minutes(1));
    this.alertOwner = worker('alert-owner');
    this.textBackCaller = worker('text-back-caller');
    // Lambda itself repeats an asynchronous invocation twice.
    for (const name of asynchronous) functions.get(name).configureAsyncInvoke({ onFailure: new SqsDestination(this.undelivered) });
  }

  /** Every queue, dead letters included. */
  get all(): Queue[] {
    return this.node.findAll().filter((construct) => construct instanceof Queue);
  }
}
