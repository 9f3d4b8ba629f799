/** What a business’s owner hears, and who called. */
import type { LeadCaptured, NewsReason } from '../events';
import type { ClosedReason } from './conversations';

/** An alert to a business's owner. `smsTo` and `emailTo` are the ways it must still go; `email` is there if the text fails. */
export interface DueAlert {
  alertId: string;
  runId: string | null;
  businessId: string;
  businessName: string;
  /** The business's number, which the text comes from. */
  from: string | null;
  leadId: string;
  urgent: boolean;
  reason: NewsReason;
  firstName: string | null;
  /** The owner has texted STOP to that number. */
  stopped: boolean;
  email: string | null;
  smsTo: string | null;
  emailTo: string | null;
}

/** `owner_alerts`. */
export interface OwnerAlerts {
  /** IANA name; undefined if nobody knows. */
  timeZone(businessId: string): Promise<string | undefined>;
  /** The alert's id, the same for a repeated event; undefined if the owner need not be told. */
  plan(alert: LeadCaptured & { dueAt: Date }): Promise<string | undefined>;
  /** What is due and not done; with an id, that one alert if it is. */
  due(alertId?: string): Promise<DueAlert[]>;
  /** False if somebody has claimed the text before. */
  claimSms(alertId: string): Promise<boolean>;
  recordEmailed(alertId: string): Promise<void>;
  finish(alertId: string): Promise<void>;
}

/** Calls to a business's number. */
export interface Calls {
  /** `ring`: try the owner first; `speak`: nobody can be rung; `closed`: the business is not served now. `ringPhone` is E.164. */
  receive(call: {
    callSid: string;
    from: string;
    to: string;
    forwarded: boolean;
  }): Promise<
    | { outcome: 'unknown-number' }
    | { outcome: 'closed'; reason: ClosedReason }
    | { outcome: 'ring'; businessName: string; ringPhone: string; ringSeconds: number }
    | { outcome: 'speak'; businessName: string }
  >;
  /** The first word on how a call ended stays. Undefined: no such call. */
  end(call: { callSid: string; answered: boolean }): Promise<'open' | 'answered' | 'missed' | undefined>;
  /** Undefined if the call was not missed. `to` is null if the caller withheld the number. */
  missed(callSid: string): Promise<{ businessName: string; from: string; to: string | null } | undefined>;
  /** Notes why the caller gets no text. */
  skipText(call: { callSid: string; reason: string }): Promise<void>;
  /** Stores lead and text and claims the sending; undefined if this caller must not be texted, or was already today. */
  claimText(text: { callSid: string; body: string }): Promise<{ ref: string } | undefined>;
}
