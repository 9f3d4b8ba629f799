/** The alphabet of cheap SMS (GSM 03.38): one letter outside it cuts a segment from 160 characters to 70. Pure. */

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** These take two places. */
const extended = '^{}\\[~]|€';
const basicLetters = new Set(basic);
const extendedLetters = new Set(extended);

/** What people and models write, in letters that every phone has. */
const replacements: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '‑': '-',
  '…': '...',
  '•': '-',
  '\t': ' ',
  '\u00A0': ' ',
  '\u202F': ' ',
};

/** Places that the text takes, of 160 in one segment; undefined if it holds a letter outside the alphabet. */
export function gsm7Length(text: string): number | undefined {
  let length = 0;
  for (const letter of text) {
    if (basicLetters.has(letter)) length += 1;
    else if (extendedLetters.has(letter)) length += 2;
    else return undefined;
  }
  return length;
}

/** The nearest text in the alphabet on one line: quotes and dashes straightened, accents dropped where GSM has none, the rest left out. */
export function toGsm7(text: string): string {
  const letters = Array.from(text, (letter) => replacements[letter] ?? letter).join('');
  return Array.from(letters, nearest).join('').replace(/\s+/g, ' ').trim();
}

function nearest(letter: string): string {
  if (gsm7Length(letter) !== undefined) return letter;
  const plain = letter.normalize('NFKD').replace(/\p{M}/gu, '');
  return gsm7Length(plain) === undefined ? '' : plain;
}
