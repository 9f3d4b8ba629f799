import type { Child } from 'hono/jsx';
import { Done } from './business-layout';
import { Alert, Layout } from './layout';

const sections = [
  ['/operator', 'Runs'],
  ['/operator/clients', 'Clients'],
  ['/operator/audits', 'Audits'],
  ['/operator/feedback', 'Feedback'],
  ['/operator/offboardings', 'Offboardings'],
] as const;

interface Props {
  title: string;
  at: (typeof sections)[number][0] | 'none';
  note?: string | undefined;
  problem?: string | undefined;
  children: Child;
}

/** The frame of the operator's pages. */
export function OperatorLayout({ title, at, note, problem, children }: Props) {
  const above = (
    <div class="above">
      <p class="which">Operator’s board</p>
      <nav aria-label="Operator">
        {sections.map(([path, name]) => (
          <a href={path} aria-current={path === at ? 'page' : undefined}>
            {name}
          </a>
        ))}
        <a href="/account">Your sign-in</a>
      </nav>
    </div>
  );
  return (
    <Layout title={title} business="Operator" signedIn wide above={above} wrong={problem !== undefined}>
      <Done note={note} />
      {problem && <Alert>{problem}</Alert>}
      {children}
    </Layout>
  );
}

/** `2026-11-22 03:05 UTC`: operators and logs speak UTC. */
export function Utc({ time }: { time: string | null }) {
  if (time === null) return <>–</>;
  return <time datetime={time}>{`${time.slice(0, 10)} ${time.slice(11, 16)} UTC`}</time>;
}

/** `2026-11-22`, of the same clock. */
export function UtcDay({ time }: { time: string | null }) {
  if (time === null) return <>–</>;
  return <time datetime={time}>{time.slice(0, 10)}</time>;
}

/** A table that scrolls by itself on a small screen; the keyboard reaches it. */
export function Table({ label, head, children }: { label: string; head: string[]; children: Child }) {
  return (
    <div class="scroll" role="region" aria-label={label} tabindex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
