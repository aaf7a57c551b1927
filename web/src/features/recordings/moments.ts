// What happened beside the text, in words: who came, who looked on, why it ended.
import type { EndCode, RecordingIndex } from '@/shared/api/types';
import { endWords } from '@/shared/lib/words';
import type { Moment } from './playback/survey';

/** Marks of the recorder and sizes found in it, in the order of time. */
export function momentsOf(index: RecordingIndex, resizes: readonly Moment[]): Moment[] {
  const marks = index.marks.filter((mark) => mark.kind !== 'person').map(({ atMs, kind, text, userId }) => ({ at: atMs, kind, text, userId }));
  return [...marks, ...resizes].sort((a, b) => a.at - b.at);
}

export function momentWords({ kind, text }: Moment): string {
  switch (kind) {
    case 'attached':
      return `${text} came to the screen`;
    case 'detached':
      return 'The line to the technician was lost';
    case 'viewer_joined':
      return `${text} began to watch`;
    case 'viewer_left':
      return `${text} stopped watching`;
    case 'frozen':
      return `Input was stopped: ${codeWords(text)}`;
    case 'thawed':
      return 'Input worked again';
    case 'resize':
      return `The screen took ${text} characters`;
    case 'end':
      return `The session ended: ${codeWords(text)}`;
    default:
      return text === '' ? kind : `${kind}: ${text}`;
  }
}

function codeWords(code: string): string {
  return Object.hasOwn(endWords, code) ? endWords[code as EndCode] : code;
}
