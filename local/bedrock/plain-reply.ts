import type { Turn } from './reply';

const next = ['What can we help you with?', 'Which suburb are you in?', 'How soon do you need it done?', 'Somebody will be in touch soon.'];
const LONGEST_NAME = 80; // with the longest question and the closing still one SMS of 160

/**
 * What an obedient model would write: one question at a time, in plain ASCII and within one SMS. It names the business and closes as the system
 * prompt says, in `Name the business ("…")` or `Business: …`, and in `end with "…"`.
 */
export function plainReply(system: string, turns: Turn[]): string {
  const [, quoted] = /\bname the business \("(.+?)"\)/i.exec(system) ?? [];
  const [, labelled] = /^Business: *(\S.*)$/im.exec(system) ?? [];
  const [, closing] = /\bend with "([^"]{1,40})"/i.exec(system) ?? [];
  // A quoted name is what the reply must contain to the letter; another is written as any phone can show it.
  const name = quoted ?? ascii(labelled ?? '').slice(0, LONGEST_NAME);
  const asked = turns.filter(({ role }) => role === 'user').length - 1;
  const question = next[Math.min(Math.max(asked, 0), next.length - 1)];
  return [name ? `Thanks for texting ${name}.` : 'Thanks!', question, closing].filter(Boolean).join(' ');
}

/** Accents dropped, other characters replaced. */
function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’]/g, "'")
    .replace(/[^\x20-\x5a\x61-\x7a]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
