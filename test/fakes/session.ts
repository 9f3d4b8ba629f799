import type { Context } from 'hono';
import type { Dashboard } from '../../functions/portal/members';
import type { PortalEnv } from '../../functions/portal/services';
import type { PasswordOutcome, Session } from '../../functions/portal/session';
import { type Script, scripted } from './script';

interface Person {
  userId: string;
  email: string;
  password?: string;
  /** Ids of the businesses that this person is a member of. */
  businesses?: string[];
}
interface Options extends Script<Session> {
  people?: Person[];
  dashboards?: Dashboard[];
  /** What Auth says to a new password. */
  passwordOutcome?: PasswordOutcome;
  /** The access token is old: the next look at it sends new cookies. */
  refresh?: boolean;
}

const cookieName = 'coresentia';

/** Supabase Auth's public side: who is signed in stands in a cookie. `credentials` maps what verifyOtp would take to an e-mail. */
export function fakeSession({ people = [], dashboards = [], passwordOutcome = 'set', refresh = false, ...script }: Options = {}) {
  const views: { userId: string; businessId: string }[] = [];
  const credentials = new Map<string, string>();

  const session = (c: Context<PortalEnv>): Session => {
    const cookie = new RegExp(`${cookieName}=([^;]+)`).exec(c.req.header('cookie') ?? '')?.[1];
    let person = people.find(({ userId }) => userId === cookie);
    const mine = () => dashboards.filter(({ business }) => person?.businesses?.includes(business.id));
    const signIn = (found: Person | undefined) => {
      person = found;
      if (found) c.header('set-cookie', `${cookieName}=${found.userId}; Path=/; HttpOnly; SameSite=Lax`, { append: true });
      return found !== undefined;
    };
    const port: Session = {
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
      businesses: async () => mine().map(({ business }) => ({ id: business.id, name: business.business_name })),
      dashboard: async (businessId) => mine().find(({ business }) => business.id === businessId) ?? null,
      async recordView(businessId) {
        if (person) views.push({ userId: person.userId, businessId });
      },
    };
    return scripted(port, script);
  };
  return { session, people, views, credentials };
}
