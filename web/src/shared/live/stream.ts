// Server-sent events, as far as the server uses them: an event is told by its name and one line of data.

export interface ServerEvent {
  name: string;
  data: string;
}

/** Cuts a stream of text into events, however it comes in pieces. */
export class EventCutter {
  private rest = '';

  /** The events that are whole now. */
  push(text: string): ServerEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap(read);
  }
}

function read(block: string): ServerEvent[] {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice('event: '.length);
    if (line.startsWith('data: ')) data.push(line.slice('data: '.length));
  }
  return data.length === 0 ? [] : [{ name, data: data.join('\n') }];
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** How long to wait after so many streams in a row that failed; `random` (0 to 1) keeps pages from coming back at once. */
export function pauseMs(failures: number, random: number): number {
  const doubled = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return Math.round(doubled * (0.5 + random / 2));
}
