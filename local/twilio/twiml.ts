/** One `<Message>` of a TwiML answer. */
export interface TwimlMessage {
  body: string;
  media: string[];
  /** `to`, `from`, `statusCallback`, `action`, … as written. */
  attributes: Record<string, string>;
}

/** What a webhook's TwiML asks for. */
export interface Twiml {
  messages: TwimlMessage[];
  /** A `<Redirect>`: TwiML goes on at this URL. */
  redirect: string | undefined;
}

/** The text is not TwiML: error 12100 (not well-formed) or 12200 (well-formed, but not a messaging response). */
export class TwimlError extends Error {
  override readonly name = 'TwimlError';
  readonly code: 12100 | 12200;

  constructor(code: TwimlError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** One element of a document. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** The element's own text, without that of its children. */
  text: string;
}

/** Reads a messaging response. Verbs that this emulator does not know are errors. https://www.twilio.com/docs/messaging/twiml */
export function parseTwiml(xml: string): Twiml {
  const root = parseXml(xml);
  if (root.name !== 'Response') throw new TwimlError(12200, `<Response> expected, <${root.name}> found`);
  const twiml: Twiml = { messages: [], redirect: undefined };
  for (const verb of root.children) {
    if (verb.name === 'Message' || verb.name === 'Sms') twiml.messages.push(message(verb));
    else if (verb.name === 'Redirect') twiml.redirect ??= verb.text.trim();
    else throw new TwimlError(12200, `<${verb.name}> is not a messaging verb`);
  }
  return twiml;
}

function message({ text, children, attributes }: Element): TwimlMessage {
  const bodies = children.filter(({ name }) => name === 'Body').map((body) => body.text);
  const media = children.filter(({ name }) => name === 'Media').map((one) => one.text.trim());
  return { body: bodies.length > 0 ? bodies.join('') : text.trim(), media, attributes };
}

const NAME = '[A-Za-z_][\\w.-]*';
const MARKUP = new RegExp(
  `<!--[\\s\\S]*?-->|<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|<\\?[\\s\\S]*?\\?>|<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
  'y',
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');

/** Reads one well-formed element; no DTDs, because Twilio refuses them too. Throws TwimlError 12100. */
export function parseXml(xml: string): Element {
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const within = () => open.at(-1) ?? top;
  for (let at = xml.charCodeAt(0) === 0xfeff ? 1 : 0; at < xml.length; ) {
    if (xml[at] !== '<') {
      const next = xml.indexOf('<', at);
      const end = next < 0 ? xml.length : next;
      within().text += decode(xml.slice(at, end));
      at = end;
      continue;
    }
    MARKUP.lastIndex = at;
    const match = MARKUP.exec(xml);
    if (!match) throw new TwimlError(12100, `Content is not well-formed at ${at}`);
    const [, cdata, closing, name, attributes = '', empty] = match;
    at = MARKUP.lastIndex;
    if (cdata !== undefined) within().text += cdata;
    if (name === undefined) continue;
    if (closing) close(open, name);
    else begin(open, { name, attributes: attributesOf(attributes), children: [], text: '' }, Boolean(empty));
  }
  const [root] = top.children;
  if (open.length > 1 || top.children.length !== 1 || !root || top.text.trim() !== '')
    throw new TwimlError(12100, 'One root element expected');
  return root;
}

function begin(open: Element[], element: Element, empty: boolean): void {
  open.at(-1)?.children.push(element);
  if (!empty) open.push(element);
}

function close(open: Element[], name: string): void {
  if (open.length < 2 || open.pop()?.name !== name) throw new TwimlError(12100, `</${name}> without its start`);
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [name, decode(double ?? single ?? '')]));
}

const ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }));

function decode(text: string): string {
  return text.replace(/&([^;&\s]*);?/g, (reference, name: string) => {
    const numeric = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name);
    const decoded = numeric ? codePoint(numeric[1] ? parseInt(numeric[1], 16) : Number(numeric[2])) : ENTITIES.get(name);
    if (decoded === undefined || !reference.endsWith(';')) throw new TwimlError(12100, `The entity ${reference} is not known`);
    return decoded;
  });
}

function codePoint(value: number): string | undefined {
  return value > 0 && value <= 0x10ffff ? String.fromCodePoint(value) : undefined;
}
