/** How every mail to a client looks: HTML and plain text from the same blocks. No remote images; one column, for phones. */
import type { Child } from 'hono/jsx';
import type { Brand } from '../config';
import { displayPhone } from '../phone';

/** Ready to be sent. The subject is one line of at most 100 characters. */
export interface Mail {
  subject: string;
  html: string;
  text: string;
}

/** The pieces of a mail, plain text all: the layout escapes. A link shows its address after the words that lead to it. */
export type Block =
  | { kind: 'text'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'button'; label: string; url: string }
  | { kind: 'link'; lead: string; url: string }
  | { kind: 'list'; items: string[]; ordered?: boolean };

/** What a mail says. `greetingName` is a first name or null. */
export interface MailContent {
  subject: string;
  greetingName: string | null;
  blocks: Block[];
}

const styles = {
  page: 'margin:0;padding:0;background:#f2f4f7',
  card: 'max-width:560px;margin:0 auto;padding:24px;background:#ffffff;color:#1d2939;font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere',
  heading: 'margin:24px 0 8px;font-size:18px;line-height:1.3',
  button: 'display:inline-block;padding:14px 24px;border-radius:8px;background:#175cd3;color:#ffffff;font-weight:600;text-decoration:none',
  footer: 'margin-top:32px;padding-top:16px;border-top:1px solid #d0d5dd;color:#475467;font-size:13px',
};

/** Lays out a mail with greeting and signature. */
export function composeMail(brand: Brand, content: MailContent): Mail {
  const subject = subjectLine(content.subject);
  const greeting = `Hi ${greetingName(content.greetingName)},`;
  const footer = footerLines(brand);
  const page = <Page {...{ brand, subject, greeting, footer }}>{content.blocks.map(htmlBlock)}</Page>;
  if (page instanceof Promise) throw new Error('nothing in a mail is worth waiting for');
  const signature = `${brand.signerName}\n${brand.name}`;
  return {
    subject,
    html: `<!doctype html>${page}`,
    text: [greeting, ...content.blocks.map(textBlock), signature, `-- \n${footer.join('\n')}`].join('\n\n'),
  };
}

function Page(page: { brand: Brand; subject: string; greeting: string; footer: string[]; children?: Child }) {
  return (
    <html lang="en-AU">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{page.subject}</title>
      </head>
      <body style={styles.page}>
        <div style={styles.card}>
          <p>{page.greeting}</p>
          {page.children}
          <p>
            {page.brand.signerName}
            <br />
            {page.brand.name}
          </p>
          <p style={styles.footer}>
            {page.footer.map((line) => (
              <>
                {line}
                <br />
              </>
            ))}
          </p>
        </div>
      </body>
    </html>
  );
}

function htmlBlock(block: Block) {
  if (block.kind === 'text') return <p>{oneLine(block.text)}</p>;
  if (block.kind === 'heading') return <h2 style={styles.heading}>{oneLine(block.text)}</h2>;
  if (block.kind === 'link') {
    return (
      <p>
        {oneLine(block.lead)} <a href={block.url}>{block.url}</a>
      </p>
    );
  }
  if (block.kind === 'list') {
    const items = block.items.map((item) => <li>{oneLine(item)}</li>);
    return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
  }
  return (
    <p>
      <a href={block.url} style={styles.button}>
        {block.label}
      </a>
    </p>
  );
}

function textBlock(block: Block): string {
  if (block.kind === 'button') return `${block.label}:\n${block.url}`;
  if (block.kind === 'link') return `${oneLine(block.lead)} ${block.url}`;
  if (block.kind !== 'list') return oneLine(block.text);
  return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '•'} ${oneLine(item)}`).join('\n');
}

function footerLines(brand: Brand): string[] {
  return [`${brand.legalName} · ABN ${brand.abn}`, `${displayPhone(brand.phone)} · ${brand.websiteUrl}`];
}

/** Line breaks and control characters would let a name start a new header or paragraph. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Counted in code points, so that no emoji is cut in half. */
function subjectLine(subject: string): string {
  const characters = Array.from(oneLine(subject));
  return characters.length > 100 ? `${characters.slice(0, 99).join('')}…` : characters.join('');
}

/** A name is letters: mail programs make links of anything that looks like an address. */
function greetingName(name: string | null): string {
  const trimmed = name?.trim() ?? '';
  return /^[\p{L}\p{M}][\p{L}\p{M}'’ -]{0,49}$/u.test(trimmed) ? trimmed : 'there';
}
