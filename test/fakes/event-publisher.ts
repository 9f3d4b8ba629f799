import type { OurEvent } from '../../shared/events';
import type { EventPublisher } from '../../shared/ports/aws';
import { type Script, scripted } from './script';

/** A bus that keeps what was put on it. */
export function fakeEventPublisher(script: Script<EventPublisher> = {}) {
  const published: OurEvent[] = [];
  const port: EventPublisher = {
    async publish(events) {
      published.push(...events);
    },
  };
  return { ...scripted(port, script), published };
}
