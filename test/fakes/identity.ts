import { createHash } from 'node:crypto';
import type { Identity } from '../../shared/ports/logins';
import { type Script, scripted } from './script';

interface Options extends Script<Identity> {
  users?: { userId: string; email: string }[];
}

/** Supabase Auth's admin side over a list of users. */
export function fakeIdentity({ users = [], ...script }: Options = {}) {
  let tokens = 0;
  /** Until when; undefined: for good. */
  const blocked = new Map<string, Date | undefined>();
  const port: Identity = {
    async createUser(email) {
      if (users.some((user) => user.email === email.toLowerCase())) return 'exists';
      const user = { userId: crypto.randomUUID(), email: email.toLowerCase() };
      users.push(user);
      return { userId: user.userId };
    },
    async signInToken(email) {
      tokens += 1;
      return { tokenHash: createHash('sha256').update(`${email} ${tokens}`).digest('hex'), type: 'magiclink' };
    },
    async changeEmail(userId, email) {
      if (users.some((user) => user.email === email && user.userId !== userId)) return 'taken';
      for (const user of users) if (user.userId === userId) user.email = email;
      return 'changed';
    },
    async deleteUser(userId) {
      const index = users.findIndex((user) => user.userId === userId);
      if (index >= 0) users.splice(index, 1);
    },
    async blockSignIn(userId, until) {
      blocked.set(userId, until);
    },
    async allowSignIn(userId) {
      blocked.delete(userId);
    },
  };
  return { ...scripted(port, script), users, blocked };
}
