import type { StackModel } from '../template/model';

/** Throws, naming both ends, when something in the template points to a queue, topic, function, bus or state machine that is not there. */
export function checkWiring(model: StackModel): void {
  const arns = new Set([...model.functions, ...model.queues, ...model.topics, ...model.stateMachines].map(({ arn }) => arn));
  const buses = new Set(['default', ...model.buses.map(({ name }) => name)]);
  const missing: string[] = [];
  const expect = (from: string, arn: string | undefined) => {
    if (arn !== undefined && !arns.has(arn.replace(/(:function:[^:]+):.+$/, '$1'))) missing.push(`${from} → ${arn}`);
  };
  for (const { name, bus, targets } of model.rules) {
    if (!buses.has(bus)) missing.push(`rule ${name} → bus ${bus}`);
    for (const { arn, deadLetterArn } of targets) [arn, deadLetterArn].forEach((end) => expect(`rule ${name}`, end));
  }
  for (const { queueArn, functionArn } of model.mappings) [queueArn, functionArn].forEach((end) => expect('event source mapping', end));
  for (const { name, deadLetter } of model.queues) expect(`queue ${name}`, deadLetter?.queueArn);
  for (const { name, asynchronous } of model.functions)
    [asynchronous.onFailureArn, asynchronous.deadLetterArn].forEach((end) => expect(`function ${name}`, end));
  for (const name of model.functionUrls) if (!model.functions.some((found) => found.name === name)) missing.push(`function URL → ${name}`);
  if (missing.length > 0) throw new Error(`the template points to what it does not contain: ${missing.join('; ')}`);
}
