/** Leads and their messages. */
import type { Announcement, Conversation, LeadFacts, Question, Span } from '../conversation/facts';
import type { LeadCaptured } from '../events';

/** An inbound SMS after it has been stored. */
export type Received =
  | { outcome: 'unknown-number' }
  /**
   * Nothing to answer: repeated and already answered, opted out, our own number without a test, a newer message, a person at work.
   * `quiet`: a real lead that the machine does not answer now. `isUnsent`: the answer is recorded, and nobody knows that it went out.
   */
  | { outcome: 'silent'; quiet?: QuietLead | undefined; isUnsent?: boolean | undefined }
  /** Nobody reads this number's texts: it is in quarantine, or its business is suspended. */
  | { outcome: 'closed'; reason: ClosedReason }
  | ({ outcome: 'reply'; businessId: string; leadId: string; isTest: boolean; announced: Announcement[] } & Conversation);

/** `isByHand`: nobody answers this lead unless a person does; `announced`: what the owner knows and need not hear again. */
export interface QuietLead {
  businessId: string;
  leadId: string;
  isByHand: boolean;
  announced: Announcement[];
}

/** `quarantined`: the number's business has left; `suspended`: it is not served now. */
export type ClosedReason = 'quarantined' | 'suspended';

/** `opt-out`: asks in its own words to be left alone; `machine`: an automatic answer. Twilio's keywords are recognised by the database. */
export type MessageKind = 'text' | 'opt-out' | 'machine';

/** What a message led to; stored as a whole or not at all. */
export interface Turn {
  inReplyTo: string;
  /** Null: the conversation moves on and nothing is sent. */
  body: string | null;
  /** What the lead has told by now; null leaves what is known. */
  facts?: Partial<LeadFacts>;
  flags?: ('urgent' | 'person' | 'spam')[];
  asked?: Question | null;
  offered?: string[];
  /** The time to book, and the words for when it has gone meanwhile. */
  booking?: (Span & { title: string; ifTaken: { body: string; asked: Question | null; offered: string[] } }) | undefined;
  /** `Lead Captured` was published for these. */
  announced?: Announcement[];
}

/** `body`: what is to be sent, null for nothing. The other outcomes send nothing: somebody or something else came first. */
export type Recorded =
  | { outcome: 'recorded'; body: string | null; isBooked: boolean }
  | { outcome: 'repeated' | 'opted-out' | 'taken-over' | 'superseded' };

/** `leads`, `messages`, `consent_log`, and the bookings that leads make. */
export interface Conversations {
  /** Stores lead and message once per MessageSid, before anything is answered, and tells everything that a reply needs. */
  receive(message: {
    messageSid: string;
    from: string;
    to: string;
    body: string;
    mediaCount: number;
    kind?: MessageKind;
  }): Promise<Received>;
  /** Stores the reply to a message with all that goes with it, once. */
  recordReply(turn: Turn): Promise<Recorded>;
  /** `Lead Captured` was published although there is no reply to record. */
  recordAnnounced(announced: { leadId: string; kinds: Announcement[] }): Promise<void>;
  /** Leads of the last two days whose `Lead Captured` a crash may have swallowed. */
  unannounced(): Promise<LeadCaptured[]>;
}

/** What Twilio says of an outbound message. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
export type TextStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed';

/** What became of texts. `ref` names one of ours: `reply:<MessageSid of what it answers>`, `message:<id>`, `alert:<id>`. */
export interface TextLog {
  /** A later status never gives way to an earlier one. `messageSid` is null if Twilio refused it. `unknown`: no such text of ours. */
  recordStatus(report: {
    ref: string;
    messageSid: string | null;
    status: TextStatus;
    errorCode: number | null;
  }): Promise<'recorded' | 'unknown'>;
  /** Twilio proved that it did not take it: it may be claimed again. */
  release(ref: string): Promise<void>;
}

/** Messages that Twilio has and no webhook has brought. */
export interface LateMessages {
  /** The lead has written again since. */
  hasNewer(message: { messageSid: string; from: string; to: string; sentAt: Date }): Promise<boolean>;
  /** It is shown when it was sent. False if the webhook had stored it in time. */
  markRecovered(message: { messageSid: string; sentAt: Date }): Promise<boolean>;
  /**
   * Ends the doubt whether an answer went out: `sent` is what has gone to the lead since, oldest first, and one of it is the answer. Without any, the recorded
   * reply counts as failed. `isSuperseded`: the lead has written again, so that only the recorded words are the answer to this.
   */
  settleReply(reply: { inReplyTo: string; sent: { messageSid: string; body: string }[]; isSuperseded: boolean }): Promise<void>;
  /** The recorded reply that nobody has sent: of any number of simultaneous claims one gets it, and none if the lead has opted out or talks to a person. */
  claimReply(inReplyTo: string): Promise<{ ref: string; body: string } | undefined>;
  /** Every number that a business has, with the time from which to compare; the one longest not looked at first. */
  numbers(): Promise<{ e164: string; since: Date }[]>;
  recordReconciled(number: { e164: string; at: Date }): Promise<void>;
  /** Those that are not stored, not answered, or whose answer nobody knows to have gone out. */
  unsettled(messageSids: string[]): Promise<string[]>;
}
