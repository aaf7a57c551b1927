'use client';
// The player by keyboard: space plays, arrows left and right jump five seconds, up and down change the speed.
import { useEffect, useEffectEvent } from 'react';
import { isCovered, isTyping } from '@/shared/frame/useShortcut';
import { speeds, type Playback } from './playback/playback';

export const JUMP_MS = 5_000;

export function toggle(playback: Playback): void {
  if (playback.state.playing) playback.pause();
  else playback.play();
}

export function jump(playback: Playback, by: number): void {
  void playback.seek(playback.state.at + by);
}

export function faster(playback: Playback, by: 1 | -1): void {
  const at = speeds.findIndex((speed) => speed === playback.state.speed);
  playback.setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, at + by))] ?? 1);
}

export function usePlayerKeys(playback: Playback | undefined): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (playback === undefined || event.ctrlKey || event.metaKey || event.altKey || isCovered()) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    // xterm's own input takes no keys here, so they are the player's too.
    const inScreen = target?.closest('.xterm') != null;
    if (!inScreen && isTyping(target)) return;
    // A button, a tab or a list has its own use for these.
    const owned = !inScreen && target?.closest('button, a, [role="tab"], [role="slider"], [role="listbox"]') != null;
    switch (event.key) {
      case ' ':
        if (owned) return;
        toggle(playback);
        break;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (owned) return;
        jump(playback, event.key === 'ArrowLeft' ? -JUMP_MS : JUMP_MS);
        break;
      case 'ArrowUp':
      case 'ArrowDown':
        if (owned || target?.closest('[data-scrolls]') != null) return;
        faster(playback, event.key === 'ArrowUp' ? 1 : -1);
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
