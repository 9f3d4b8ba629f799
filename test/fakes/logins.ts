import type { Logins } from '../../shared/ports/logins';
import { type Script, scripted } from './script';

interface User {
  userId: string;
  email: string;
}
interface Link {
  userId: string;
  expiresAt: Date;
  usedAt: Date | null;
}

interface Options extends Script<Logins> {
  users?: User[];
  now?: () => Date;
}

/** Users, memberships and our own links. Share `users` with `fakeIdentity`: Supabase Auth's table is one. */
export function fakeLogins({ users = [], now = () => new Date('2026-11-22T03:00:00Z'), ...script }: Options = {}) {
  const plans = new Map<string, { userId: string | null; existedBefore: boolean }>();
  const owners = new Map<string, string>();
  const links = new Map<string, Link>();
  const idOf = (email: string) => users.find((user) => user.email === email.toLowerCase())?.userId;
  const look = (tokenHash: string) => {
    const link = links.get(tokenHash);
    if (!link) return { state: 'unknown' as const, userId: null, email: null };
    const state = link.usedAt ? ('used' as const) : link.expiresAt <= now() ? ('expired' as const) : ('open' as const);
    return { state, userId: link.userId, email: users.find((user) => user.userId === link.userId)?.email ?? null };
  };
  const port: Logins = {
    async plan({ runId, email }) {
      const plan = plans.get(runId) ?? { userId: idOf(email) ?? null, existedBefore: idOf(email) !== undefined };
      plans.set(runId, plan);
      return plan;
    },
    async record({ runId, userId }) {
      owners.set(runId, userId);
      plans.set(runId, { existedBefore: plans.get(runId)?.existedBefore ?? false, userId });
    },
    async createLink({ userId, tokenHash, expiresAt }) {
      links.set(tokenHash, { userId, expiresAt, usedAt: null });
    },
    link: async (tokenHash) => look(tokenHash),
    async claimLink(tokenHash) {
      const { state, userId, email } = look(tokenHash);
      if (state !== 'open') return { outcome: state, userId, email };
      Object.assign(links.get(tokenHash) ?? {}, { usedAt: now() });
      return { outcome: 'claimed', userId, email };
    },
    userIdOf: async (email) => idOf(email),
    emailOf: async (userId) => users.find((user) => user.userId === userId)?.email,
  };
  return { ...scripted(port, script), users, plans, owners, links };
}
