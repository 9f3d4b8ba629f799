/** What one part of the stack hands to a queue, topic, function or state machine by ARN. `body` is text, mostly JSON. */
export interface Message {
  body: string;
  /** Text attributes, as EventBridge puts them on what it gives up. */
  attributes?: Record<string, string>;
}

/** Hands a message over; resolves when it is stored there, rejects when it was not accepted. */
export type Deliver = (arn: string, message: Message) => Promise<void>;

/** Who takes messages, by the service in the ARN. */
export interface Recipients {
  queue: (arn: string, message: Message) => Promise<unknown>;
  topic: (arn: string, message: Message) => Promise<unknown>;
  lambda: (arn: string, event: unknown) => Promise<void>;
  stateMachine: (arn: string, input: string) => Promise<void>;
}

/** Delivers by ARN. */
export function deliverTo({ queue, topic, lambda, stateMachine }: Recipients): Deliver {
  return async (arn, message) => {
    switch (arn.split(':')[2]) {
      case 'sqs':
        await queue(arn, message);
        break;
      case 'sns':
        await topic(arn, message);
        break;
      case 'lambda':
        await lambda(arn, JSON.parse(message.body));
        break;
      case 'states':
        await stateMachine(arn, message.body);
        break;
      default:
        throw new Error(`nothing is delivered to ${arn}`);
    }
  };
}
