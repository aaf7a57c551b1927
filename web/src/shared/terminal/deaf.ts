// What a machine may send to a screen here without any effect: clipboard, links, titles, colours, and questions whose
// answers would be typed into the shell. The target is not trusted, and a recording repeats what it said to whoever plays it.

interface SequenceId {
  prefix?: string;
  intermediates?: string;
  final: string;
}

interface Disposable {
  dispose: () => void;
}

/** The part of a terminal's parser that this needs; a handler that returns true keeps the terminal's own from running. */
export interface Parser {
  registerCsiHandler: (id: SequenceId, handler: (params: (number | number[])[]) => boolean) => Disposable;
  registerDcsHandler: (id: SequenceId, handler: (data: string, params: (number | number[])[]) => boolean) => Disposable;
  registerEscHandler: (id: SequenceId, handler: () => boolean) => Disposable;
  registerOscHandler: (code: number, handler: (data: string) => boolean) => Disposable;
}

// Not in the list, because shells need the answers: primary attributes (CSI c), status and cursor position (CSI 5 n, CSI 6 n).
// Each of them is fixed or two numbers, so a machine cannot choose what is typed.
export const deafCsi: readonly SequenceId[] = [
  { final: 't' }, // window: move, raise, report size, report title
  { prefix: '>', final: 't' }, // how titles are reported
  { prefix: '>', final: 'c' }, // secondary attributes
  { prefix: '=', final: 'c' }, // tertiary attributes
  { prefix: '>', final: 'q' }, // name and version
  { prefix: '?', final: 'n' }, // private status reports
  { intermediates: '$', final: 'p' }, // is this mode set?
  { prefix: '?', intermediates: '$', final: 'p' },
  { intermediates: '$', final: 'w' }, // report presentation state
  { intermediates: '$', final: 'u' },
  { intermediates: '*', final: 'y' }, // checksum of a part of the screen
  { final: 'x' }, // terminal parameters
  { prefix: '?', final: 'u' }, // keyboard protocols
  { prefix: '>', final: 'u' },
  { prefix: '<', final: 'u' },
  { prefix: '=', final: 'u' },
  { prefix: '>', final: 'm' }, // how keys are encoded
  { prefix: '?', final: 'm' },
  { final: 'i' }, // print
  { prefix: '?', final: 'i' },
];

export const deafDcs: readonly SequenceId[] = [
  { intermediates: '$', final: 'q' }, // DECRQSS
  { intermediates: '$', final: 't' }, // restore presentation state
  { intermediates: '+', final: 'q' }, // termcap query
  { intermediates: '+', final: 'p' },
  { prefix: '=', final: 's' }, // synchronized updates
  { final: '|' }, // keys that type what the machine says
  { final: '{' }, // soft characters
  { final: 'p' }, // ReGIS
  { final: 'q' }, // Sixel
];

export const deafEsc: readonly SequenceId[] = [{ final: 'Z' }];

// Titles 0–2, colours 4–19 and 104–119, links 8, clipboard 52, notes 9, 99 and 777, and whatever else numbers may come to mean.
const OSC_UP_TO = 199;
const OSC_BEYOND = [440, 555, 633, 666, 697, 777, 1337, 5113, 5522, 7770, 30001, 30101];

export const deafOsc: readonly number[] = [...Array.from({ length: OSC_UP_TO + 1 }, (_, code) => code), ...OSC_BEYOND];

/** Makes the parser swallow the lot. */
export function deafen(parser: Parser): void {
  for (const id of deafCsi) parser.registerCsiHandler(id, () => true);
  for (const id of deafDcs) parser.registerDcsHandler(id, () => true);
  for (const id of deafEsc) parser.registerEscHandler(id, () => true);
  for (const code of deafOsc) parser.registerOscHandler(code, () => true);
}
