// Who typed what, put together from keys: lines of one person. What was typed but never shown, such as a password
// at a prompt, is told as hidden: a list of keys must not say what the screen kept to itself.
import type { RecordedEvent } from './container';

export interface TypedPart {
  text: string;
  /** `text`; `key`: a name such as Tab; `hidden`: `text` is empty and `length` characters are kept back. */
  kind: 'text' | 'key' | 'hidden';
  length: number;
}

export interface TypedLine {
  at: number;
  userId: string;
  parts: TypedPart[];
}

/** A pause in the middle of a line begins another. */
const PAUSE_MS = 20_000;
/** Echo comes within this time after the last key. */
const ECHO_MS = 1_500;
/** So many keys in a row may have been taken by a program that answered by something else; more are rather a secret. */
const FEW = 4;
const MAX_ANSWER = 4 * 1024;
const MAX_LINE = 2_000;

const keyNames: Record<string, string> = {
  '\r': 'Enter', '\n': 'Enter', '\t': 'Tab', '\u007f': 'Backspace', '\b': 'Backspace', '\u001b': 'Esc',
  '\u001b[A': '↑', '\u001b[B': '↓', '\u001b[C': '→', '\u001b[D': '←', '\u001bOA': '↑', '\u001bOB': '↓', '\u001bOC': '→', '\u001bOD': '←',
  '\u001b[H': 'Home', '\u001b[F': 'End', '\u001b[3~': 'Delete', '\u001b[5~': 'Page up', '\u001b[6~': 'Page down', '\u001b[Z': 'Shift Tab',
};

// Paste brackets and what terminals answer by themselves: no keys.
const silent = /^\u001b\[(?:20[01]~|[IO]|[?>]?[\d;]*[Rcn]|M|<[\d;]*[Mm])/;
const sequence = /^\u001b(?:\[[\d;?<=>]*[ -/]*[@-~]|O[@-~]|[ -/]*[0-~])?/;

/** What was typed without an answer in between, and what the screen said then, up to the next. */
interface Group {
  typed: string;
  answer: string;
}

interface Open {
  at: number;
  lastAt: number;
  userId: string;
  groups: Group[];
  length: number;
  entered: boolean;
}

/** Fed with all events in their order; lines come out as soon as their echo is known. */
export class TypedLines {
  readonly lines: TypedLine[] = [];
  /** The line in work is the last; those before it wait for their echo. */
  #open: Open[] = [];
  readonly #input = new Map<string, TextDecoder>();
  readonly #output = new TextDecoder();

  add(event: RecordedEvent): void {
    this.#judge(event.at);
    switch (event.kind) {
      case 'input':
        return this.#typed(event);
      case 'output':
        return this.#shown(this.#output.decode(event.bytes, { stream: true }));
      case 'resize':
      case 'marker':
        return;
    }
  }

  /** Nothing follows. */
  end(): void {
    this.#judge(Infinity);
  }

  #typed({ at, userId, bytes }: Extract<RecordedEvent, { kind: 'input' }>): void {
    const decoder = this.#input.get(userId) ?? new TextDecoder();
    this.#input.set(userId, decoder);
    // A paste of many lines is many lines.
    for (const piece of decoder.decode(bytes, { stream: true }).split(/(?<=[\r\n])/)) {
      let line = this.#open.at(-1);
      if (line === undefined || line.entered || line.userId !== userId || line.length > MAX_LINE) {
        if (line !== undefined) line.entered = true;
        line = { at, lastAt: at, userId, groups: [], length: 0, entered: false };
        this.#open.push(line);
      }
      const group = line.groups.at(-1);
      if (group?.answer === '') group.typed += piece;
      else line.groups.push({ typed: piece, answer: '' });
      line.length += piece.length;
      line.lastAt = at;
      line.entered = /[\r\n]$/.test(piece);
    }
  }

  #shown(text: string): void {
    for (const line of this.#open) {
      const group = line.groups.at(-1);
      if (group !== undefined && group.answer.length < MAX_ANSWER) group.answer += text;
    }
  }

  /** Takes out what nothing more can be learnt of. */
  #judge(now: number): void {
    while (this.#open[0] !== undefined) {
      const [line] = this.#open;
      if (now - line.lastAt <= (line.entered ? ECHO_MS : PAUSE_MS)) return;
      this.#open.shift();
      const parts = partsOf(line.groups);
      if (parts.length > 0) this.lines.push({ at: line.at, userId: line.userId, parts });
    }
  }
}

/** Output without its sequences and controls. */
function visible(output: string): string {
  return output
    .replace(/\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|\[[\d;?<=>]*[ -/]*[@-~]|[ -/]*[0-~])/g, '')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

/** A piece of a line: text between two keys, with the answers to each of its groups; or a key. */
type Piece = { kind: 'text'; groups: Group[] } | { kind: 'key'; name: string };

function partsOf(groups: readonly Group[]): TypedPart[] {
  const everything = visible(groups.map((group) => group.answer).join(''));
  const parts: TypedPart[] = [];
  for (const piece of piecesOf(groups)) {
    if (piece.kind === 'key') pushKey(parts, piece.name);
    else parts.push(...shownOrHidden(piece.groups, everything));
  }
  // Enter alone after the text is what ends every line: it goes without saying.
  if (parts.length > 1 && parts.at(-1)?.text === 'Enter') parts.pop();
  return parts;
}

function piecesOf(groups: readonly Group[]): Piece[] {
  const pieces: Piece[] = [];
  for (const { typed, answer } of groups) {
    const shown = visible(answer);
    let rest = typed;
    while (rest !== '') {
      const plain = /^[^\u0000-\u001f\u007f]+/.exec(rest)?.[0];
      if (plain !== undefined) {
        const before = pieces.at(-1);
        if (before?.kind === 'text') before.groups.push({ typed: plain, answer: shown });
        else pieces.push({ kind: 'text', groups: [{ typed: plain, answer: shown }] });
        rest = rest.slice(plain.length);
        continue;
      }
      const skipped = silent.exec(rest)?.[0];
      const key = skipped ?? sequence.exec(rest)?.[0] ?? rest.slice(0, 1);
      if (skipped === undefined) pieces.push({ kind: 'key', name: nameOf(key) });
      rest = rest.slice(Math.max(1, key.length));
    }
  }
  return pieces;
}

/**
 * Text is told when the screen showed it as it was typed, key by key or as a whole. A few keys may be missing there
 * (`q` in a pager, then a command). What the screen mostly kept to itself is hidden whole: chance must not give parts away.
 */
function shownOrHidden(groups: readonly Group[], everything: string): TypedPart[] {
  const whole = groups.map((group) => group.typed).join('');
  const part = (text: string): TypedPart => ({ text, kind: 'text', length: text.length });
  const hidden = (length: number): TypedPart => ({ text: '', kind: 'hidden', length });
  if (whole.trim() === '' || everything.includes(whole)) return [part(whole)];
  const echoed = groups.map(({ typed, answer }) => answer.startsWith(typed) || answer.endsWith(typed) || (typed.length >= FEW && answer.includes(typed)));
  const seen = groups.reduce((sum, { typed }, at) => sum + (echoed[at] === true ? typed.length : 0), 0);
  const unseen = whole.length - seen;
  // Some prompts show a star for each character.
  const answered = groups.some(({ answer }) => answer.replace(/[*•●\s]/g, '') !== '');
  if (unseen < FEW && (seen > unseen || (seen === 0 && answered))) return [part(whole)];
  if (seen < 2 * unseen) return [hidden(whole.length)];
  return groups.map(({ typed }, at) => (echoed[at] === true ? part(typed) : hidden(typed.length)));
}

/** The same key again is one part. */
function pushKey(parts: TypedPart[], text: string): void {
  const before = parts.at(-1);
  if (before?.kind === 'key' && before.text === text) before.length += 1;
  else parts.push({ text, kind: 'key', length: 1 });
}

function nameOf(key: string): string {
  const known = keyNames[key];
  if (known !== undefined) return known;
  const code = key.charCodeAt(0);
  if (key.length === 1) return `Ctrl ${String.fromCharCode(code + 0x40)}`;
  return key.length === 2 && key.startsWith('\u001b') ? `Alt ${key.slice(1)}` : 'Key';
}
