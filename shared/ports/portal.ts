/** What the portal does beside acting as the signed-in person. */

/** Texts that a person writes to a lead by hand: claim, send, record. */
export interface ManualReplies {
  /** `claimed`: send it; `unconfirmed`: an earlier claim never told, look it up and don't send it; `failed`: the lead has opted out since. Null: no such text. */
  claim(
    messageId: string,
  ): Promise<{ outcome: 'claimed' | 'unconfirmed' | 'sent' | 'failed'; from: string; to: string; body: string } | null>;
  /** `failed`: Twilio refused it; `unknown`: nobody knows. The SID comes with `sent`. */
  record(result: { messageId: string; status: 'sent' | 'failed' | 'unknown'; messageSid: string | null }): Promise<void>;
}

/** Invitations to a business. Token arguments are SHA-256 hashes in hex. */
export interface Invitations {
  /** Looks without burning. */
  find(tokenHash: string): Promise<{
    state: 'open' | 'used' | 'expired' | 'unknown';
    email: string | null;
    businessId: string | null;
    businessName: string | null;
  }>;
  /** Burns it and makes the user a member. `mismatch`: the user has another address than the invited one. */
  accept(invitation: {
    tokenHash: string;
    userId: string;
  }): Promise<{ outcome: 'accepted' | 'mismatch' | 'used' | 'expired' | 'unknown'; businessId: string | null }>;
}

/** A changed sign-in e-mail: a link to the old address and one to the new, applied when both were used. */
export interface EmailChanges {
  /** Looks without burning. `side`: which address the link was sent to. */
  find(tokenHash: string): Promise<{ state: 'open' | 'used' | 'expired' | 'unknown'; side: 'old' | 'new' | null; newEmail: string | null }>;
  /** `waiting`: the other address has not answered; `ready`: change the login, then say `applied`. `ready` comes again until then. */
  confirm(
    tokenHash: string,
  ): Promise<
    { outcome: 'ready'; changeId: string; userId: string; newEmail: string } | { outcome: 'waiting' | 'used' | 'expired' | 'unknown' }
  >;
  applied(changeId: string): Promise<void>;
}

/** Guards around sign-in. `key` must hold hashes, never an address. */
export interface RateLimits {
  hit(hit: { key: string; limit: number; windowSeconds: number }): Promise<{ allowed: boolean; retryAfterSeconds: number }>;
  /** Counts for the operator's watch list; an unknown address leaves nothing. */
  signInFailed(email: string): Promise<void>;
}

/** What a subscribed calendar gets; null: no such feed. */
export interface CalendarFeeds {
  find(tokenHash: string): Promise<{
    businessName: string;
    bookings: {
      id: string;
      title: string;
      startsAt: string;
      endsAt: string;
      status: 'booked' | 'done' | 'cancelled';
      isDemo: boolean;
      revision: number;
      changedAt: string;
    }[];
  } | null>;
}

/** Data that is older than a business keeps it. */
export interface Retention {
  /** At most `limit` leads with all their texts, the oldest first; answers how many went. */
  purgeLeads(limit: number): Promise<number>;
  /** Counters, old invitations, old e-mail changes. */
  purgeLeftovers(): Promise<void>;
}
