const GSM_7 =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_7_TWO_UNITS = '\f^{}\\[~]|€';

/** Segments that a text is sent and charged as: 160 GSM-7 characters (153 each when several), or 70 (67) of UCS-2. At least 1. */
export function segmentCount(text: string): number {
  const characters = Array.from(text);
  const gsm = characters.every((character) => GSM_7.includes(character) || GSM_7_TWO_UNITS.includes(character));
  if (!gsm) return segments(text.length, 70, 67);
  const units = characters.reduce((sum, character) => sum + (GSM_7_TWO_UNITS.includes(character) ? 2 : 1), 0);
  return segments(units, 160, 153);
}

function segments(units: number, single: number, each: number): number {
  return units <= single ? 1 : Math.ceil(units / each);
}
