import { takeWebhookFault } from '../kernel/callback';
import type { Kernel } from '../kernel/kernel';
import type { Account, OwnedNumber } from './account';
import { meaning, sid } from './errors';
import { type Element, parseXml, TwimlError } from './twiml';
import { callWebhook, WebhookError } from './webhook';

/** Somebody calls a number of the account. Twilio's special numbers stand for withheld callers, `+266696687` (anonymous) for example. */
export interface CallDraft {
  from: string;
  to: string;
  /** Whoever is rung by `<Dial>` takes the call. */
  ownerAnswers?: boolean;
  /** The caller hangs up while it rings. */
  hangsUp?: boolean;
  /** The phone that has passed the call on. */
  forwardedFrom?: string;
}

/** What came of a call: what the caller heard, who was rung, and Twilio's final status. */
export interface CallResult {
  callSid: string;
  status: 'completed' | 'no-answer' | 'busy' | 'failed';
  heard: string[];
  rang: string[];
}

interface Line {
  number: OwnedNumber;
  draft: CallDraft;
  result: CallResult;
}
/** The next document to fetch, with what is new in its parameters. */
interface Next {
  url: string;
  method: 'GET' | 'POST';
  more: Record<string, string>;
}

/** A few hops are a conversation, more are a loop. */
const MOST_DOCUMENTS = 10;

/** Plays calls without any sound: fetches the number's TwiML and carries it out. https://www.twilio.com/docs/voice/twiml */
export class Switchboard {
  readonly #kernel: Kernel;
  readonly #account: Account;
  readonly #credentials: { accountSid: string; authToken: string };

  constructor(kernel: Kernel, account: Account, credentials: { accountSid: string; authToken: string }) {
    this.#kernel = kernel;
    this.#account = account;
    this.#credentials = credentials;
  }

  /** Resolves when the call is over and the number's status callback has been told. */
  async call(draft: CallDraft): Promise<CallResult> {
    const number = this.#account.owned(draft.to);
    if (!number) throw new Error(`${draft.to} is not a number of this account`);
    const result: CallResult = { callSid: sid('CA'), status: 'completed', heard: [], rang: [] };
    const line = { number, draft, result };
    await this.#kernel.activity.during(async () => {
      await this.#play(line);
      await this.#tellEnd(line);
    });
    return result;
  }

  async #play(line: Line): Promise<void> {
    const { voiceUrl: url, voiceMethod: method } = line.number;
    if (!url) return;
    let next: Next | undefined = { url, method, more: { CallStatus: 'ringing' } };
    for (let count = 0; next && count < MOST_DOCUMENTS; count += 1) {
      const verbs: Element[] | undefined = await this.#fetch(next, line);
      if (!verbs) return;
      next = carryOut(verbs, next.url, line);
    }
  }

  /** The verbs of a document, or undefined if there is none that can be carried out: the caller hears that something went wrong. */
  async #fetch({ url, method, more }: Next, line: Line): Promise<Element[] | undefined> {
    try {
      const fault = takeWebhookFault(this.#kernel.faults, 'twilio', 'voiceWebhook');
      const params = { ...this.#parameters(line), ...more };
      const answer = await callWebhook({ url, method, params, authToken: this.#credentials.authToken, fault });
      const root = parseXml(answer.body);
      if (root.name !== 'Response') throw new TwimlError(12200, `<Response> expected, <${root.name}> found`);
      return root.children;
    } catch (cause) {
      if (!(cause instanceof WebhookError) && !(cause instanceof TwimlError)) throw cause;
      line.result.heard.push('We are sorry, an application error has occurred. Goodbye.');
      await this.#account.alert({
        code: cause.code,
        text: meaning(cause.code, cause.message),
        errorUrl: url,
        messageSid: line.result.callSid,
      });
      return undefined;
    }
  }

  async #tellEnd(line: Line): Promise<void> {
    const { statusCallback: url, statusCallbackMethod: method } = line.number;
    if (!url) return;
    const params = { ...this.#parameters(line), CallStatus: line.result.status, CallDuration: '1', Duration: '1' };
    try {
      await callWebhook({ url, method, params, authToken: this.#credentials.authToken, fault: undefined });
    } catch (cause) {
      if (!(cause instanceof WebhookError)) throw cause;
      await this.#account.alert({
        code: cause.code,
        text: meaning(cause.code, cause.message),
        errorUrl: url,
        messageSid: line.result.callSid,
      });
    }
  }

  /** https://www.twilio.com/docs/voice/twiml#request-parameters */
  #parameters({ draft: { from, to, forwardedFrom }, result }: Line): Record<string, string> {
    return {
      CallSid: result.callSid,
      AccountSid: this.#credentials.accountSid,
      From: from,
      Caller: from,
      To: to,
      Called: to,
      Direction: 'inbound',
      ApiVersion: '2010-04-01',
      ...(forwardedFrom && { ForwardedFrom: forwardedFrom }),
    };
  }
}

/** Does what the verbs say; answers where TwiML goes on. */
function carryOut(verbs: Element[], base: string, { draft, result }: Line): Next | undefined {
  const resolved = (link: string) => new URL(link, base).href;
  for (const { name, text, children, attributes } of verbs) {
    if (name === 'Say') result.heard.push(text.trim());
    else if (name === 'Redirect') return { url: resolved(text.trim()), method: 'POST', more: { CallStatus: 'in-progress' } };
    else if (name === 'Dial') {
      result.rang.push(text.trim() || (children[0]?.text.trim() ?? ''));
      if (draft.hangsUp) {
        // With answerOnBridge the call was never answered.
        result.status = attributes['answerOnBridge'] === 'true' ? 'no-answer' : 'completed';
        return undefined;
      }
      const ended = { DialCallStatus: draft.ownerAnswers ? 'completed' : 'no-answer', DialCallSid: sid('CA'), CallStatus: 'in-progress' };
      if (attributes['action']) return { url: resolved(attributes['action']), method: 'POST', more: ended };
      if (draft.ownerAnswers) return undefined;
    } else if (name === 'Reject') {
      result.status = 'busy';
      return undefined;
    } else if (name === 'Hangup') return undefined;
  }
  return undefined;
}
