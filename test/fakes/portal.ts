import type { CalendarFeeds, EmailChanges, Invitations, ManualReplies, RateLimits, Retention } from '../../shared/ports/portal';
import { type Script, scripted } from './script';

type Claim = NonNullable<Awaited<ReturnType<ManualReplies['claim']>>>;

/** Texts by hand; `texts` are those that somebody wrote, by message id. */
export function fakeManualReplies({
  texts = {},
  ...script
}: { texts?: Record<string, Omit<Claim, 'outcome'>> } & Script<ManualReplies> = {}) {
  const states = new Map<string, { status: 'claimed' | 'sent' | 'failed' | 'unknown'; messageSid: string | null }>();
  const port: ManualReplies = {
    async claim(messageId) {
      const text = texts[messageId];
      if (!text) return null;
      const known = states.get(messageId)?.status;
      states.set(messageId, states.get(messageId) ?? { status: 'claimed', messageSid: null });
      const outcome = known === undefined ? 'claimed' : known === 'claimed' || known === 'unknown' ? 'unconfirmed' : known;
      return { outcome, ...text };
    },
    async record({ messageId, status, messageSid }) {
      states.set(messageId, { status, messageSid });
    },
  };
  return { ...scripted(port, script), texts, states };
}

interface Invitation {
  email: string;
  businessId: string;
  businessName: string;
  expiresAt: Date;
  acceptedBy?: string;
}

/** Invitations by token hash; `emails` tells each user's address. */
export function fakeInvitations({
  invitations = new Map(),
  emails = new Map(),
  ...script
}: { invitations?: Map<string, Invitation>; emails?: Map<string, string> } & Script<Invitations> = {}) {
  const stateOf = (one: Invitation | undefined) => {
    if (!one) return 'unknown';
    if (one.acceptedBy) return 'used';
    return one.expiresAt.getTime() <= Date.now() ? 'expired' : 'open';
  };
  const port: Invitations = {
    async find(tokenHash) {
      const one = invitations.get(tokenHash);
      const state = stateOf(one);
      if (!one || state !== 'open') return { state, email: null, businessId: null, businessName: null };
      return { state, email: one.email, businessId: one.businessId, businessName: one.businessName };
    },
    async accept({ tokenHash, userId }) {
      const one = invitations.get(tokenHash);
      const state = stateOf(one);
      if (!one || state !== 'open') return { outcome: state === 'open' ? 'unknown' : state, businessId: null };
      if (emails.has(userId) && emails.get(userId) !== one.email) return { outcome: 'mismatch', businessId: null };
      one.acceptedBy = userId;
      return { outcome: 'accepted', businessId: one.businessId };
    },
  };
  return { ...scripted(port, script), invitations };
}

interface EmailChange {
  changeId: string;
  userId: string;
  newEmail: string;
  oldTokenHash: string;
  newTokenHash: string;
  expiresAt: Date;
  confirmed: Set<'old' | 'new'>;
  isApplied: boolean;
}

/** Changes of sign-in e-mails. */
export function fakeEmailChanges({ changes = [], ...script }: { changes?: EmailChange[] } & Script<EmailChanges> = {}) {
  const find = (tokenHash: string) => changes.find((one) => tokenHash === one.oldTokenHash || tokenHash === one.newTokenHash);
  const stateOf = (one: EmailChange) => (one.isApplied ? 'used' : one.expiresAt.getTime() <= Date.now() ? 'expired' : 'open');
  const sideOf = (one: EmailChange, tokenHash: string) => (one.oldTokenHash === tokenHash ? 'old' : 'new');
  const port: EmailChanges = {
    async find(tokenHash) {
      const one = find(tokenHash);
      return one
        ? { state: stateOf(one), side: sideOf(one, tokenHash), newEmail: one.newEmail }
        : { state: 'unknown', side: null, newEmail: null };
    },
    async confirm(tokenHash) {
      const one = find(tokenHash);
      const state = one ? stateOf(one) : 'unknown';
      if (!one || state !== 'open') return { outcome: state === 'open' ? 'unknown' : state };
      one.confirmed.add(sideOf(one, tokenHash));
      const { changeId, userId, newEmail } = one;
      return one.confirmed.size === 2 ? { outcome: 'ready', changeId, userId, newEmail } : { outcome: 'waiting' };
    },
    async applied(changeId) {
      for (const one of changes) if (one.changeId === changeId) one.isApplied = true;
    },
  };
  return { ...scripted(port, script), changes };
}

/** Counts hits by key, without windows: a test is over before one is. */
export function fakeRateLimits(script: Script<RateLimits> = {}) {
  const hits = new Map<string, number>();
  const failedSignIns: string[] = [];
  const port: RateLimits = {
    async hit({ key, limit, windowSeconds }) {
      const count = (hits.get(key) ?? 0) + 1;
      hits.set(key, count);
      return { allowed: count <= limit, retryAfterSeconds: count <= limit ? 0 : windowSeconds };
    },
    async signInFailed(email) {
      failedSignIns.push(email);
    },
  };
  return { ...scripted(port, script), hits, failedSignIns };
}

type Feed = NonNullable<Awaited<ReturnType<CalendarFeeds['find']>>>;

/** Feeds by token hash. */
export function fakeCalendarFeeds({ feeds = new Map(), ...script }: { feeds?: Map<string, Feed> } & Script<CalendarFeeds> = {}) {
  const port: CalendarFeeds = { find: async (tokenHash) => feeds.get(tokenHash) ?? null };
  return { ...scripted(port, script), feeds };
}

/** `old`: how many leads are past their time. */
export function fakeRetention({ old = 0, ...script }: { old?: number } & Script<Retention> = {}) {
  const seen = { left: old, leftovers: 0 };
  const port: Retention = {
    async purgeLeads(limit) {
      const gone = Math.min(limit, seen.left);
      seen.left -= gone;
      return gone;
    },
    async purgeLeftovers() {
      seen.leftovers += 1;
    },
  };
  return { ...scripted(port, script), seen };
}
