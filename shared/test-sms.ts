/** The test SMS of step 7. Each redrive has one of its own, so that a lost SMS or an unfit reply is not the end of the run. */
import type { Services } from './ports';

/** Where the test goes and what tells it apart: the run's nonce lets the SMS webhook answer one of our own numbers. */
export interface TestSms {
  from: string;
  to: string;
  nonce: string;
  redriveCount: number;
}

/** What the body of this redrive's test begins with. */
export function testMarker({ nonce, redriveCount }: Pick<TestSms, 'nonce' | 'redriveCount'>): string {
  return `CoreSentia test ${nonce}${redriveCount > 0 ? `-${redriveCount}` : ''}:`;
}

/** Sends the test of this redrive once: one whose answer was lost is found again. One SMS: GSM-7 and under 160 characters. */
export async function sendTestOnce(test: TestSms, { telephony }: Pick<Services, 'telephony'>): Promise<{ messageSid: string }> {
  const body = `${testMarker(test)} Hi, I need a quote for a job next week. Can you help?`;
  const message = { from: test.from, to: test.to, body };
  return (await telephony.findSent(message)) ?? (await telephony.sendSms(message));
}

/** Our own number that tests come from. */
export interface TestSettings {
  testNumber: string;
}
