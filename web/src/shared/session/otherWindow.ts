// Word from a window that was sent to an identity provider. It comes back as a window of this origin, but the browser has
// cut the two apart on the way (Cross-Origin-Opener-Policy), so they speak by a channel.
const CHANNEL = 'sallyport.sso';

export type Word =
  | { kind: 'tested'; connectionId: string }
  /** `refused`: the server's code when who one is was not confirmed. */
  | { kind: 'confirmed'; refused: string | null };

export function tellOtherWindows(word: Word): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(word);
  channel.close();
}

/** Gives what ends the listening. */
export function hearOtherWindows(heard: (word: Word) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<Word>) => heard(event.data);
  return () => channel.close();
}

/** Must be called by a click, or the browser refuses. False: it did. */
export function openWindow(url: string): boolean {
  const [width, height] = [Math.min(560, window.screen.availWidth), Math.min(760, window.screen.availHeight)];
  const left = window.screenX + Math.max(0, (window.outerWidth - width) / 2);
  const top = window.screenY + Math.max(0, (window.outerHeight - height) / 3);
  return window.open(url, '_blank', `popup,width=${width},height=${height},left=${left},top=${top}`) !== null;
}
