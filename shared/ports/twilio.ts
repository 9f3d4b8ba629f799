/** Twilio. */

/** A number that our Twilio account holds. Absent URLs are empty strings. */
export interface OwnedNumber {
  sid: string;
  e164: string;
  tag: string;
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  voiceUrl: string;
  statusCallback: string;
}

/** `statusCallback` hears how each call ended. */
export interface NumberWebhooks {
  smsUrl: string;
  smsFallbackUrl: string;
  voiceUrl: string;
  statusCallback: string;
}

export type NumberKind = 'mobile' | 'local';

/** `currency`: ISO code. */
export interface Money {
  amountCents: number;
  currency: string;
}

/** Twilio, the side that we call. */
export interface Telephony {
  /** Every number of the account, all pages. */
  ownedNumbers(): Promise<OwnedNumber[]>;
  /** What the account has left to spend. Throws BalanceTooLow if Twilio names no balance, as of a subaccount. */
  balance(): Promise<Money>;
  /** What an Australian number costs us each month. Throws NumberPriceTooHigh if Twilio names no price. */
  monthlyPrice(kind: NumberKind): Promise<Money>;
  /** The number bought for a run carries the run's tag as FriendlyName. */
  findByTag(tag: string): Promise<OwnedNumber | undefined>;
  findByNumber(e164: string): Promise<OwnedNumber | undefined>;
  /** Australian numbers for sale that do SMS, best first. */
  searchAvailable(kind: NumberKind): Promise<string[]>;
  /** Buys exactly this number. `taken`: somebody else has it. Throws RegulatoryBundleRequired and VendorAccountProblem among others. */
  buy(order: {
    e164: string;
    tag: string;
    webhooks: NumberWebhooks;
    bundleSid?: string | undefined;
    addressSid?: string | undefined;
  }): Promise<OwnedNumber | 'taken'>;
  fetchNumber(sid: string): Promise<OwnedNumber>;
  configure(sid: string, webhooks: NumberWebhooks): Promise<OwnedNumber>;
  /** Gives the number back for good. `gone`: it is no longer in our account. */
  release(sid: string): Promise<'released' | 'gone'>;
  sendSms(message: { from: string; to: string; body: string }): Promise<{ messageSid: string }>;
  /** A message that we sent from `from` to `to` with exactly this body: was the response to `sendSms` lost? */
  findSent(message: { from: string; to: string; body: string }): Promise<{ messageSid: string } | undefined>;
  /**
   * Like `sendSms`; `statusUrl` hears what becomes of it. `refused`: Twilio's error code if it will not text this recipient at all
   * (21610: opted out, 21614: a landline).
   */
  sendText(text: { from: string; to: string; body: string; statusUrl: string }): Promise<{ messageSid: string } | { refused: number }>;
  /** An inbound message; undefined if Twilio does not know it, or it is none. */
  fetchReceived(messageSid: string): Promise<ReceivedText | undefined>;
  /** What came in for one of our numbers since then, oldest first, all pages. */
  received(query: { to: string; since: Date }): Promise<ReceivedText[]>;
  /** What we have sent to a phone since then, oldest first. */
  sentSince(query: { from: string; to: string; since: Date }): Promise<{ messageSid: string; body: string }[]>;
}

/** An inbound SMS in Twilio's log. */
export interface ReceivedText {
  messageSid: string;
  from: string;
  to: string;
  body: string;
  mediaCount: number;
  sentAt: Date;
}
