/** The frame of every page: works at 320 px, without JavaScript, and under a CSP without inline scripts or styles. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { iconPath, stylesheetPath } from '../assets';

interface LayoutProps {
  title: string;
  children: Child;
  /** Shown in the header when somebody is signed in. */
  signedIn?: boolean;
  /** Something on the page needs mending: a screen reader hears it first of all. */
  wrong?: boolean;
  /** Which business the page is about. */
  business?: string;
  /** Between header and title. */
  above?: Child;
  /** For tables. */
  wide?: boolean;
}

export function Layout({ title, children, signedIn = false, wrong = false, business, above, wide = false }: LayoutProps) {
  return (
    <>
      {raw('<!doctype html>')}
      <html lang="en-AU">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${wrong ? 'Error: ' : ''}${title} · ${business ? `${business} · ` : ''}CoreSentia`}</title>
          <link rel="icon" href={iconPath} />
          <link rel="stylesheet" href={stylesheetPath} />
        </head>
        <body class={wide ? 'wide' : undefined}>
          <a class="skip" href="#main">
            Skip to content
          </a>
          <header>
            <div class="bar">
              <span class="brand">
                <img src={iconPath} alt="" width="28" height="28" /> CoreSentia
              </span>
              {signedIn && (
                <form method="post" action="/sign-out">
                  <button class="quiet small" type="submit">
                    Sign out
                  </button>
                </form>
              )}
            </div>
            {above}
          </header>
          <main id="main">
            <h1>{title}</h1>
            {children}
          </main>
        </body>
      </html>
    </>
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

/** Something that is wrong with the whole page; the browser moves there at once. */
export function Alert({ children }: { children: Child }) {
  return (
    <div class="alert" role="alert" tabindex={-1} autofocus>
      {children}
    </div>
  );
}
