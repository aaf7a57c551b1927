// Pasted text on its way to a shell. Only the browser knows that it was pasted, so it is cleaned here.
// The rule is the gateway's own (`sanitize_paste` of the relay).

const markers = ['\u001b[200~', '\u001b[201~', '\u009b200~', '\u009b201~'];

/** Without any marker of bracketed paste, so that the text cannot end its paste early and have its rest run as commands. */
export function sanitizePaste(text: string): string {
  // Nearly every paste has none.
  if (!text.includes('\u001b') && !text.includes('\u009b')) return text;
  let clean = '';
  for (const letter of text) {
    clean += letter;
    // Looking back each time also catches a marker that appears by removing another inside it.
    const marker = markers.find((each) => clean.endsWith(each));
    if (marker !== undefined) clean = clean.slice(0, -marker.length);
  }
  return clean;
}

/** More than this is a file, not a paste. */
export const MAX_PASTE = 1024 * 1024;
const MANY_LINES = 10;
const MUCH_TEXT = 4000;

export interface PasteVerdict {
  lines: number;
  characters: number;
  /** Characters that a keyboard would not send in a text: escapes and the like. */
  controls: number;
  /** `ask` before it goes; `refuse` what is too much. */
  verdict: 'send' | 'ask' | 'refuse';
}

/** @param bracketed whether the program at the other end takes a paste as one text. If not, each line runs as it arrives. */
export function judgePaste(text: string, bracketed: boolean): PasteVerdict {
  const lines = text.replace(/\r?\n$/, '').split(/\r\n|\r|\n/).length;
  let controls = 0;
  for (const letter of text) {
    const code = letter.charCodeAt(0);
    if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || (code >= 0x7f && code < 0xa0)) controls += 1;
  }
  const facts = { lines, characters: text.length, controls };
  if (text.length > MAX_PASTE) return { ...facts, verdict: 'refuse' };
  const ask = controls > 0 || lines > MANY_LINES || text.length > MUCH_TEXT || (!bracketed && lines > 1);
  return { ...facts, verdict: ask ? 'ask' : 'send' };
}

/** The text with its controls in sight, for the question. */
export function visibleText(text: string, limit: number): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  // U+2400 and on are the pictures of the control characters.
  return shown.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (letter) => String.fromCharCode(0x2400 + letter.charCodeAt(0))).replace(/[\u007f-\u009f]/g, '\ufffd');
}
