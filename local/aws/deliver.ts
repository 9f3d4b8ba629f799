/** What one part of the stack hands to a queue, topic, function or state machine by ARN. `body` is text, mostly JSON. */
export interface Message {
  body: string;
  /** Text attributes, as EventBridge puts them on what it gives up. */
  attributes?: Record<string, string>;
}

/** Hands a message over; resolves when it is stored there, rejects when it was not accepted. */
export type Deliver = (arn: string, message: Message) => Promise<void>;
