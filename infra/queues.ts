/** The queue before screening, and where undeliverable things wait for the operator. */
import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import type { Functions } from './functions';
import { keepsData, nameIn } from './names';
import type { StageName } from './stages';

/** Invoked by EventBridge, which does not learn how it ended. */
const asynchronous = ['sweep-invoices', 'nudge-onboarding', 'purge-old-leads', 'alert-operator', 'record-email-event'] as const;
const retentionPeriod = Duration.days(14);

export class Queues extends Construct {
  /** Invoices to screen. */
  readonly screenInvoice: Queue;
  /** Invoices that could not be screened for a day, or never reached the queue. */
  readonly screenInvoiceDead: Queue;
  /** Paid deposits for which no execution could be started. */
  readonly depositPaidDead: Queue;
  /** Events and schedules that a function failed on again and again. */
  readonly undelivered: Queue;

  constructor(scope: Construct, { stage, functions }: { stage: StageName; functions: Functions }) {
    super(scope, 'Queues');
    const create = (id: string, name: string, more: { deadLetterQueue?: DeadLetterQueue; visibilityTimeout?: Duration } = {}) =>
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
    // Lambda itself repeats an asynchronous invocation twice.
    for (const name of asynchronous) functions.get(name).configureAsyncInvoke({ onFailure: new SqsDestination(this.undelivered) });
  }

  /** Every queue, dead letters included. */
  get all(): Queue[] {
    return this.node.findAll().filter((construct) => construct instanceof Queue);
  }
}
