/** What runs by the clock. */
import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type FunctionName, pascalCase } from './function-settings';
import type { Functions } from './functions';
import { nameIn } from './names';
import type { Queues } from './queues';
import type { StageName } from './stages';

/** One EventBridge rule per schedule; a missed round is made good by the next. */
export function addSchedules(
  stack: Construct,
  { stage, functions, queues }: { stage: StageName; functions: Functions; queues: Queues },
): void {
  const scope = new Construct(stack, 'Schedules');
  const every = (rate: Duration, name: FunctionName) => {
    const target = new LambdaFunction(functions.get(name), { deadLetterQueue: queues.undelivered, maxEventAge: rate });
    new Rule(scope, pascalCase(name), { ruleName: nameIn(stage, name), schedule: Schedule.rate(rate) }).addTarget(target);
  };
  // A payment whose webhook never came waits half an hour at most.
  every(Duration.minutes(30), 'sweep-invoices');
  every(Duration.hours(1), 'nudge-onboarding');
  every(Duration.hours(1), 'nudge-offboarding');
  every(Duration.hours(1), 'audit-failures');
  every(Duration.hours(1), 'audit-accounts');
  // A lead's message that no webhook brought is answered within the hour that an answer makes sense.
  every(Duration.minutes(15), 'reconcile-messages');
  every(Duration.minutes(5), 'send-due-alerts');
  // Retention is counted in months.
  every(Duration.days(1), 'purge-old-leads');
}
