/** Supabase Auth, and our own links to sign in. */

/** Supabase Auth's admin side. */
export interface Identity {
  /** Creates a confirmed user without a password. */
  createUser(email: string): Promise<{ userId: string } | 'exists'>;
  /** A short-lived credential that signs this existing user in once, through `verifyOtp`; a newer one kills the older. */
  signInToken(email: string): Promise<{ tokenHash: string; type: string }>;
  /** Sets a confirmed new address; sessions go on. */
  changeEmail(userId: string, email: string): Promise<'changed' | 'taken'>;
  /** Gone is gone: deleting nobody is no error. */
  deleteUser(userId: string): Promise<void>;
  /** No sign-in and no renewed session any more, or none until then; a session's token lives for an hour at most. Gone is gone. */
  blockSignIn(userId: string, until?: Date): Promise<void>;
  /** Undoes `blockSignIn`; whoever was never blocked stays as it is. */
  allowSignIn(userId: string): Promise<void>;
}

/** Logins, memberships and our own sign-in links. */
export interface Logins {
  /** Decided once, before Auth is touched: does a person with this e-mail already sign in here? */
  plan(login: { runId: string; email: string }): Promise<{ userId: string | null; existedBefore: boolean }>;
  /** The user becomes the owner of the run's business. */
  record(login: { runId: string; userId: string }): Promise<void>;
  /** `tokenHash`: SHA-256 in hex; older links of the user stay until used or expired. */
  createLink(link: { userId: string; tokenHash: string; expiresAt: Date }): Promise<void>;
  /** Looks without burning. */
  link(tokenHash: string): Promise<{ state: 'open' | 'used' | 'expired' | 'unknown'; userId: string | null; email: string | null }>;
  /** Burns the link: of any number of simultaneous claims one gets `claimed`. */
  claimLink(
    tokenHash: string,
  ): Promise<{ outcome: 'claimed' | 'used' | 'expired' | 'unknown'; userId: string | null; email: string | null }>;
  userIdOf(email: string): Promise<string | undefined>;
  emailOf(userId: string): Promise<string | undefined>;
}
