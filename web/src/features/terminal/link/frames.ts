// Input on its way: bytes, in frames that the gateway takes.

export const MAX_FRAME = 64 * 1024;

const encoder = new TextEncoder();

/** What was typed or pasted, as UTF-8, cut into frames. The cuts may fall inside a letter: the shell gets one stream. */
export function inputFrames(data: string): Uint8Array<ArrayBuffer>[] {
  return cut(encoder.encode(data));
}

/** Reports of old mouse protocols: one byte a character, as the terminal gives them. */
export function binaryFrames(data: string): Uint8Array<ArrayBuffer>[] {
  return cut(Uint8Array.from(data, (letter) => letter.charCodeAt(0) & 0xff));
}

/** What the terminal itself answers or tells (cursor position, focus): nobody typed it. */
export function isReport(data: string): boolean {
  return /^\u001b\[(?:[IO]|[?>]?[\d;]*[Rcn])$/.test(data);
}

function cut(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const frames = [];
  for (let at = 0; at < bytes.length; at += MAX_FRAME) frames.push(bytes.subarray(at, at + MAX_FRAME));
  return frames;
}
