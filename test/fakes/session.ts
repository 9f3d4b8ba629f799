import type { Context } from 'hono';
import type { Member } from '../../functions/portal/member/member';
import type { Operator } from '../../functions/portal/operator/operator';
import type { PortalEnv } from '../../functions/portal/services';
import type { PasswordOutcome, Session } from '../../functions/portal/session';
import { type Script, scripted } from './script';

export interface Person {
  userId: string;
  email: string;
  password?: string;
  /** Ids of the businesses that this person is a member of. */
  businesses?: string[];
}

/** What a method of the database answers; a function is called with its arguments. */
export type Answers<T> = { [Method in keyof T]?: unknown };
/** A method with its arguments, and who called it. */
export interface Call {
  userId: string | undefined;
  method: string;
  args: unknown[];
}

interface Options extends Script<Omit<Session, 'member' | 'operator'>> {
  people?: Person[];
  /** What Auth says to a new password. */
  passwordOutcome?: PasswordOutcome;
  /** The access token is old: the next look at it sends new cookies. */
  refresh?: boolean;
  member?: Answers<Member>;
  operator?: Answers<Operator>;
  /** What the next calls of a member's method throw. */
  memberFailures?: { [Method in keyof Member]?: Error[] };
}

const cookieName = 'coresentia';

/** The business that a call is about, as the first argument says. */
const businessOf = ([first]: unknown[]) =>
  typeof first === 'string' ? first : ((first as { businessId?: string } | null | undefined)?.businessId ?? null);

/**
 * Supabase's public side: who is signed in stands in a cookie, and the database answers what the test says. As SQL does it answers null or
 * `not-found` for a business of somebody else. `credentials` maps what verifyOtp would take to an e-mail; `calls`: what was asked of the database.
 */
export function fakeSession(options: Options = {}) {
  const { people = [], passwordOutcome = 'set', refresh = false, member = {}, operator, memberFailures = {}, ...script } = options;
  const calls: Call[] = [];
  const credentials = new Map<string, string>();

  const session = (c: Context<PortalEnv>): Session => {
    const cookie = new RegExp(`${cookieName}=([^;]+)`).exec(c.req.header('cookie') ?? '')?.[1];
    let person = people.find(({ userId }) => userId === cookie);
    const signIn = (found: Person | undefined) => {
      person = found;
      if (found) c.header('set-cookie', `${cookieName}=${found.userId}; Path=/; HttpOnly; SameSite=Lax`, { append: true });
      return found !== undefined;
    };
    const answering = (answers: Record<string, unknown> | undefined, isMine: (args: unknown[]) => boolean): unknown =>
      new Proxy(Object.create(null) as object, {
        get:
          (_, method: string) =>
          async (...args: unknown[]) => {
            calls.push({ userId: person?.userId, method, args });
            const failure = (memberFailures as Record<string, Error[] | undefined>)[method]?.shift();
            if (failure) throw failure;
            if (!answers || !isMine(args))
              return /^(mark|takeOver|write|delete|create|move|cancel|set|change|pause|grant|invite|withdraw|remove|handOver|give|add|plan|approve|correct|settle)/.test(
                method,
              )
                ? 'not-found'
                : null;
            const answer = answers[method];
            if (answer === undefined) throw new Error(`the test has no answer for ${method}`);
            return typeof answer === 'function' ? (answer as (...all: unknown[]) => unknown)(...args) : answer;
          },
      });
    const isMine = (args: unknown[]) => businessOf(args) === null || (person?.businesses ?? []).includes(String(businessOf(args)));
    const auth: Omit<Session, 'member' | 'operator'> = {
      async userId() {
        if (refresh) signIn(person);
        return person?.userId ?? null;
      },
      signIn: async (email, password) => signIn(people.find((one) => one.email === email && one.password === password)),
      async signInWithToken({ tokenHash }) {
        const email = credentials.get(tokenHash);
        credentials.delete(tokenHash);
        return signIn(people.find((one) => one.email === email));
      },
      async setPassword(password) {
        if (person && passwordOutcome === 'set') person.password = password;
        return passwordOutcome;
      },
      async signOut() {
        person = undefined;
        c.header('set-cookie', `${cookieName}=; Path=/; Max-Age=0`, { append: true });
      },
      async signOutEverywhere() {
        person = undefined;
        c.header('set-cookie', `${cookieName}=; Path=/; Max-Age=0`, { append: true });
        return true;
      },
    };
    return {
      ...scripted(auth, script),
      member: answering({ walkthroughDone: true, walkthroughSkip: true, ...member }, isMine) as Member,
      operator: answering(operator, () => true) as Operator,
    };
  };
  return { session, people, calls, credentials };
}
