/** Answers to Twilio. Our own few lines: twilio's builder throws on control characters and is ten times the size. https://www.twilio.com/docs/messaging/twiml */
import type { FunctionUrlAnswer } from './function-url';

function twiml(content: string): FunctionUrlAnswer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?>${content ? `<Response>${content}</Response>` : '<Response/>'}`,
  };
}

/** Nothing to say. */
export function silence(): FunctionUrlAnswer {
  return twiml('');
}

/** Sends one SMS back; `statusUrl` hears what becomes of it. */
export function sms(text: string, statusUrl?: string): FunctionUrlAnswer {
  const attribute = statusUrl === undefined ? '' : ` statusCallback="${escaped(statusUrl).replaceAll('"', '&quot;')}"`;
  return twiml(`<Message${attribute}>${escaped(text)}</Message>`);
}

/**
 * Rings a phone while the caller hears it ring, then asks for more TwiML at the path `action`. The caller's own number is shown.
 * https://www.twilio.com/docs/voice/twiml/dial
 */
export function ring(phone: string, { seconds, action }: { seconds: number; action: string }): FunctionUrlAnswer {
  return twiml(
    `<Dial timeout="${seconds}" action="${escaped(action)}" method="POST" answerOnBridge="true"><Number>${escaped(phone)}</Number></Dial>`,
  );
}

export function hangUp(): FunctionUrlAnswer {
  return twiml('<Hangup/>');
}

/** Speaks to a caller and hangs up. */
export function speech(text: string): FunctionUrlAnswer {
  return twiml(`<Say language="en-AU">${escaped(text)}</Say><Hangup/>`);
}

/** XML allows no control characters but tab and line breaks, and no half surrogates. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
