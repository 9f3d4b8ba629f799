/** The frame of every page: works at 320 px, without JavaScript, and under a CSP without inline scripts or styles. */
import type { Child } from 'hono/jsx';

interface LayoutProps {
  title: string;
  children: Child;
  /** Shown in the header when somebody is signed in. */
  signedIn?: boolean;
}

export function Layout({ title, children, signedIn = false }: LayoutProps) {
  return (
    <html lang="en-AU">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · CoreSentia`}</title>
        <link rel="stylesheet" href="/assets/portal.css" />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header>
          <span class="brand">CoreSentia</span>
          {signedIn && (
            <form method="post" action="/sign-out">
              <button class="quiet" type="submit">
                Sign out
              </button>
            </form>
          )}
        </header>
        <main id="main">
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** A page that says what happened and what to do next. */
export function Message({ title, children }: { title: string; children: Child }) {
  return (
    <Layout title={title}>
      <div class="card">{children}</div>
    </Layout>
  );
}

/** One labelled input with its problem underneath, tied together for screen readers. */
export function Field(props: {
  name: string;
  label: string;
  value: string | undefined;
  problem: string | undefined;
  hint?: string;
  type?: string;
  autocomplete?: string;
  inputmode?: 'numeric' | 'tel' | 'email';
  maxlength?: number;
  rows?: number;
}) {
  const { name, label, value = '', problem, hint, rows, type = 'text', ...rest } = props;
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ') || undefined;
  const common = { id: name, name, 'aria-describedby': described, 'aria-invalid': problem ? ('true' as const) : undefined, required: true };
  return (
    <div class={problem ? 'field wrong' : 'field'}>
      <label for={name}>{label}</label>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {rows ? (
        <textarea {...common} rows={rows} maxlength={rest.maxlength}>
          {value}
        </textarea>
      ) : (
        <input {...common} {...rest} type={type} value={value} />
      )}
      <Problem name={name} text={problem} />
    </div>
  );
}

export function Problem({ name, text }: { name: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p class="problem" id={`${name}-problem`}>
      {text}
    </p>
  );
}
