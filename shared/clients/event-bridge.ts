/** Our bus on Amazon EventBridge. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { TransientError } from '../errors';
import { eventSource, type OurEvent } from '../events';
import type { EventPublisher } from '../ports/aws';
import { awsError, awsOptions } from './aws';

/** PutEvents takes at most 10. */
const BATCH = 10;

export function eventBridgePublisher({ busName }: { busName: string }): EventPublisher {
  // Xero waits 5 s for its webhook's answer, which waits for this.
  const client = new EventBridgeClient(awsOptions({ timeoutMs: 3000 }));

  async function put(events: readonly OurEvent[]): Promise<void> {
    const entries = events.map(({ detailType, detail }) => ({
      EventBusName: busName,
      Source: eventSource,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));
    const { Entries = [], FailedEntryCount } = await send(client, entries);
    // PutEvents answers 200 although entries failed; a short list would hide one.
    const refused = Entries.filter(({ EventId, ErrorCode }) => !EventId || ErrorCode);
    const [first] = refused;
    if (FailedEntryCount === 0 && refused.length === 0 && Entries.length === events.length) return;
    throw new TransientError(`EventBridge did not take every event (${first?.ErrorCode ?? 'incomplete answer'})`);
  }

  return {
    async publish(events) {
      const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_, i) => events.slice(i * BATCH, (i + 1) * BATCH));
      await Promise.all(batches.map(put));
    },
  };
}

async function send(client: EventBridgeClient, entries: { Detail: string; DetailType: string; EventBusName: string; Source: string }[]) {
  try {
    return await client.send(new PutEventsCommand({ Entries: entries }));
  } catch (thrown) {
    throw awsError('EventBridge', thrown);
  }
}
