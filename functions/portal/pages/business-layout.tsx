/** The frame of a business's pages: which business, where one is, what was just done, and a way to tell us something. */
import type { Child } from 'hono/jsx';
import { pathOf } from '../paths';
import type { Frame } from '../member/frame';
import { Layout } from './layout';
import { notes } from './notes';

const sections = [
  ['', 'Dashboard'],
  ['/leads', 'Leads'],
  ['/calendar', 'Calendar'],
  ['/settings', 'Settings'],
  ['/feedback', 'Help'],
] as const;

interface Props {
  frame: Frame;
  /** Which section is lit. */
  at: (typeof sections)[number][0] | 'none';
  title: string;
  /** The key of what was just done. */
  note?: string | undefined;
  wrong?: boolean;
  children: Child;
}

export function BusinessLayout({ frame, at, title, note, wrong = false, children }: Props) {
  const { business, role } = frame;
  return (
    <Layout title={title} business={business.name} signedIn wrong={wrong} above={<Above frame={frame} at={at} />}>
      <Done note={note} />
      {children}
      <footer class="below">
        <a href={`${pathOf(business.id, '/feedback')}?about=${encodeURIComponent(title)}`}>Something wrong or confusing here? Tell us</a>
        <span>
          Signed in as {frame.email ?? 'you'}
          {role === 'member' && ' (member)'} · <a href="/account">Your sign-in</a>
          {role === 'member' && [' · ', <a href={pathOf(business.id, '/leave')}>Leave this business</a>]}
        </span>
      </footer>
    </Layout>
  );
}

function Above({ frame, at }: Pick<Props, 'frame' | 'at'>) {
  const { business, businesses, role } = frame;
  // Settings are the owner's: a member is not led to a closed door.
  const open = sections.filter(([path]) => role === 'owner' || path !== '/settings');
  return (
    <div class="above">
      {businesses.length > 1 && (
        <details class="switcher">
          <summary>
            {business.name} <span class="hint">switch business</span>
          </summary>
          <ul>
            {businesses.map(({ id, name }) => (
              <li>
                <a href={pathOf(id)} aria-current={id === business.id ? 'true' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </details>
      )}
      {businesses.length < 2 && <p class="which">{business.name}</p>}
      <nav aria-label="Your business">
        {open.map(([path, name]) => (
          <a href={pathOf(business.id, path)} aria-current={path === at ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </div>
  );
}

/** Says what the last button did. Only what we know is said: the key comes with the address. */
export function Done({ note }: { note: string | undefined }) {
  const text = note === undefined ? undefined : notes.get(note);
  if (!text) return null;
  return (
    <p class="done" role="status">
      {text}
    </p>
  );
}

export function HiddenFields({ fields }: { fields: Record<string, string> }) {
  return Object.entries(fields).map(([name, value]) => <input type="hidden" name={name} value={value} />);
}

/** A button that posts to an address, with hidden fields. */
export function PostButton(props: { action: string; fields?: Record<string, string>; class?: string; children: Child }) {
  return (
    <form method="post" action={props.action} class="inline">
      <HiddenFields fields={props.fields ?? {}} />
      <button class={props.class ?? 'quiet small'} type="submit">
        {props.children}
      </button>
    </form>
  );
}

/** Links to the pages of a long list. */
export function Pages({ page, total, pageSize, href }: { page: number; total: number; pageSize: number; href: (page: number) => string }) {
  const last = Math.max(1, Math.ceil(total / pageSize));
  if (last === 1) return null;
  return (
    <nav aria-label="Pages" class="pages">
      {page > 1 && (
        <a rel="prev" href={href(page - 1)}>
          Newer
        </a>
      )}
      <span>
        Page {page} of {last}
      </span>
      {page < last && (
        <a rel="next" href={href(page + 1)}>
          Older
        </a>
      )}
    </nav>
  );
}
