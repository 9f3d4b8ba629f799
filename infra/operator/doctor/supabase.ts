/** Supabase: reachable, up to date, closed to strangers, and its Auth set as the portal needs it. */
import * as z from 'zod';
import type { Ask } from '../ask';
import { type Check, fail, type Finding, notHere, ok, Unanswered, warn } from './check';

export interface SupabaseProject {
  /** With the secret key, and with the publishable one. */
  secret: () => Promise<Ask>;
  visitor: Ask;
  /** Supabase's management API for this project (its path is `/v1/projects/<ref>`); undefined without SUPABASE_ACCESS_TOKEN. */
  management: Ask | undefined;
  /** Versions of the migrations in the repository. */
  migrations: readonly string[];
  /** Base URL that the portal's people use, without a trailing slash. */
  portalUrl: string;
  onLaptop: boolean;
}

const vendor = 'Supabase';
/** What `deployment_state()` answers (supabase/migrations). `strangers`: tables that `anon` may do anything to. */
const State = z.object({ migrations: z.array(z.string()).nullable(), withoutRls: z.array(z.string()), strangers: z.array(z.string()) });

export function supabaseChecks(project: SupabaseProject): Check[] {
  const check = (name: string, run: (project: SupabaseProject) => Promise<Finding>): Check => ({ vendor, name, run: () => run(project) });
  return [
    check('reachable', reachable),
    check('migrations', migrations),
    check('row-level security', rowLevelSecurity),
    check('strangers', strangers),
    check('auth settings', authSettings),
    check('redirect URLs', redirectUrls),
  ];
}

async function reachable({ secret }: SupabaseProject) {
  const answer = await (await secret())('/auth/v1/admin/users?page=1&per_page=1');
  if (answer.status === 200) return ok('takes our secret key');
  if (answer.status === 401 || answer.status === 403) return fail('refuses our secret key', 'npm run secrets -- supabase');
  throw new Unanswered('Supabase', answer, 'Is the project paused? supabase.com/dashboard; status.supabase.com');
}

async function stateOf({ secret }: SupabaseProject) {
  const question = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' } as const;
  const answer = await (await secret())('/rest/v1/rpc/deployment_state', question);
  if (answer.status === 404) return undefined;
  const state = State.safeParse(answer.body);
  if (answer.status === 200 && state.success) return state.data;
  throw new Unanswered('Supabase', answer, 'Look at the project: supabase.com/dashboard');
}

const push = 'supabase link --project-ref <ref> && supabase db push';

async function migrations(project: SupabaseProject) {
  const state = await stateOf(project);
  if (!state) return fail('our functions are not there', push);
  if (!state.migrations) return warn('the project keeps no list of migrations', `Were they pasted by hand? Use ${push}`);
  const applied = new Set(state.migrations);
  const missing = project.migrations.filter((version) => !applied.has(version));
  const strange = state.migrations.filter((version) => !project.migrations.includes(version) && version >= (project.migrations[0] ?? ''));
  if (missing.length > 0) return fail(`${missing.length} not applied, the first is ${missing[0]}`, push);
  if (strange.length > 0)
    return warn(`${strange.length} applied that this checkout does not have`, 'Is a newer release deployed? Take its checkout.');
  return ok(`all ${project.migrations.length} applied`);
}

async function rowLevelSecurity(project: SupabaseProject) {
  const state = await stateOf(project);
  if (!state) return fail('our functions are not there', push);
  const open = [...new Set([...state.withoutRls, ...state.strangers])];
  if (open.length === 0) return ok('on for every table, and nothing is granted to strangers');
  return fail(`not closed: ${open.join(', ')}`, 'Switch row-level security on and revoke what anon has, in a new migration.');
}

/** What the outside sees, whatever the database says of itself. */
async function strangers({ visitor }: SupabaseProject) {
  const answer = await visitor('/rest/v1/businesses?select=id&limit=1');
  const rows = z.array(z.unknown()).safeParse(answer.body);
  if (answer.status === 401 || answer.status === 403) {
    // Both a refused key and a refused table answer 401; the database's code tells them apart.
    const refused = z.object({ code: z.literal('42501') }).safeParse(answer.body).success;
    return refused
      ? ok('see nothing')
      : fail('the publishable key is refused', 'Correct supabase.publishableKey in infra/stages.ts: the portal signs in with it.');
  }
  if (answer.status === 200 && rows.data?.length === 0) return ok('see nothing');
  if (answer.status === 200) return fail('strangers can read businesses', 'Switch row-level security on now.');
  throw new Unanswered('Supabase', answer, 'Look at the project: supabase.com/dashboard');
}

const authPage = 'supabase.com/dashboard > (the project) > Authentication';

async function authSettings({ visitor, onLaptop }: SupabaseProject) {
  if (onLaptop) return notHere();
  const answer = await visitor('/auth/v1/settings');
  const settings = z.object({ disable_signup: z.boolean(), external: z.object({ email: z.boolean() }) }).safeParse(answer.body);
  if (answer.status !== 200 || !settings.success) throw new Unanswered('Supabase Auth', answer, `Look at ${authPage}`);
  const { disable_signup, external } = settings.data;
  if (!external.email) return fail('signing in by e-mail is off', `${authPage} > Sign In / Providers > Email: on.`);
  return disable_signup
    ? ok('e-mail only, nobody signs up by themselves')
    : warn('anybody may sign up', `${authPage} > Sign In / Providers: "Allow new users to sign up" off. The pipeline creates logins.`);
}

async function redirectUrls({ management, portalUrl, onLaptop }: SupabaseProject) {
  if (onLaptop) return notHere();
  if (!management)
    return warn(
      'cannot be read without SUPABASE_ACCESS_TOKEN',
      `Make a token at supabase.com/dashboard/account/tokens, or look at ${authPage} > URL Configuration: the site URL is ${portalUrl}`,
    );
  const answer = await management('/config/auth');
  const config = z.object({ site_url: z.string(), uri_allow_list: z.string().nullish() }).safeParse(answer.body);
  if (answer.status !== 200 || !config.success)
    throw new Unanswered("Supabase's management API", answer, 'Is the access token of the right account?');
  const { site_url, uri_allow_list } = config.data;
  const foreign = (uri_allow_list ?? '')
    .split(',')
    .filter((url) => url && !url.startsWith(portalUrl) && !url.startsWith(new URL(portalUrl).origin));
  if (!site_url.startsWith(portalUrl)) return warn(`the site URL is ${site_url}`, `${authPage} > URL Configuration: ${portalUrl}`);
  return foreign.length > 0
    ? warn(`also allowed: ${foreign.join(', ')}`, `Take away what is not yours: ${authPage} > URL Configuration.`)
    : ok('lead to the portal');
}
