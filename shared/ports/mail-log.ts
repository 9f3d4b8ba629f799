/** What went out, by mail and to the operator: claim, send, record. */

/** One attempt to send a mail. `key` is the mail's, unique for ever: run + template. `token` is the attempt's own, a UUID. */
export interface MailClaim {
  key: string;
  template: string;
  runId: string | null;
  to: string;
  token: string;
}

/** The operator's word on a mail that nobody knows went out. The last two are the same but for the trail: what nobody sends again was never sent. */
export const mailDecisions = ['was-sent', 'send-again', 'never-sent'] as const;
export type MailDecision = (typeof mailDecisions)[number];
/** Who sends a mail that was not sent. `redrive`: its step, once its execution is redriven; `schedule`: by itself within the hour. */
export const sendsAgain = ['redrive', 'schedule'] as const;
export type SendsAgain = (typeof sendsAgain)[number];

/** `email_messages`: claim, send, record. `claim` and `release` may be repeated: they give up after 2.5 s, whatever came of them. */
export interface MailLog {
  /**
   * `claimed`: send it (the same token again gets its own claim back); `sent`: it went out; `unconfirmed`: another attempt claimed it and never told (throw
   * EmailUnconfirmed).
   */
  claim(claim: MailClaim): Promise<{
    outcome: 'claimed' | 'sent' | 'unconfirmed';
    mailId: string;
  }>;
  recordSent(mail: { mailId: string; messageId: string }): Promise<void>;
  /** SES has surely not taken it: another attempt may claim it, and this token claims nothing any more, even if its claim lands after this. */
  release(claim: MailClaim): Promise<void>;
  /** An SES event. `unknown`: no such mail of ours. */
  recordEvent(event: {
    mailId: string;
    kind: 'sent' | 'delivered' | 'bounced' | 'complained' | 'rejected';
    messageId: string;
    at: string;
  }): Promise<'recorded' | 'unknown'>;
  /** The operator's word on a run's unconfirmed mails. Answers how many it settled. */
  settle(word: { invoiceNumber: string; template: string; decision: MailDecision; by: string }): Promise<number>;
  /** The operator's word on one mail, whether it belongs to a run or not. Undefined: there is none, or it is settled already. */
  settleOne(word: {
    mailId: string;
    decision: MailDecision;
    by: string;
  }): Promise<{ template: string; sentAgainBy: SendsAgain | null } | undefined>;
}

/** Notices that were sent, so that each is sent once; a claim that never got `recordSent` can be claimed again after 30 seconds. */
export interface NoticeLog {
  claim(key: string): Promise<'claimed' | 'sent' | 'busy'>;
  recordSent(key: string): Promise<void>;
  /** The attempt failed: the next one may claim it at once. */
  release(key: string): Promise<void>;
  /** Those of the keys that were never sent. */
  unsent(keys: string[]): Promise<string[]>;
}
