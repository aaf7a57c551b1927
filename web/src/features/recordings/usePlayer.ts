'use client';
// A player for as long as a screen shows it: the playback, its clock, and what reading the recording through finds.
import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { messageOf } from '@/shared/api/error';
import type { RecordingIndex } from '@/shared/api/types';
import { fetchRangeOf } from './api';
import { ChunkStore } from './playback/chunks';
import { Playback, type PlaybackState } from './playback/playback';
import { READ_UNASKED, survey, type Findings } from './playback/survey';
import { makeScreen, type PlayerScreenHandle } from './screen';

export interface Player {
  playback: Playback;
  store: ChunkStore;
}

export function usePlayer(box: RefObject<HTMLElement | null>, index: RecordingIndex, startAt: number): Player | null {
  const [player, setPlayer] = useState<Player | null>(null);
  // A newer index of the same recording goes on where the older one was.
  const reached = useRef(startAt);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let gone = false;
    let frame = 0;
    let screen: PlayerScreenHandle | undefined;
    let playback: Playback | undefined;
    void makeScreen(element, 'dark', index).then((made) => {
      if (gone) {
        made.dispose();
        return;
      }
      screen = made;
      const store = new ChunkStore(index.chunks, fetchRangeOf(index.sessionId));
      const ours = new Playback({ index, store, screen: made, explain: messageOf });
      playback = ours;
      setPlayer({ playback: ours, store });
      void ours.seek(reached.current);
      let before = performance.now();
      const run = (now: number) => {
        void ours.tick(now - before);
        before = now;
        frame = requestAnimationFrame(run);
      };
      frame = requestAnimationFrame(run);
    });
    return () => {
      gone = true;
      cancelAnimationFrame(frame);
      if (playback !== undefined) reached.current = playback.state.at;
      playback?.dispose();
      screen?.dispose();
      setPlayer(null);
    };
  }, [box, index]);
  return player;
}

/** A part of the state: whoever shows it is drawn again only when that part changes. */
export function usePlayback<T extends string | number | boolean | object | null>(playback: Playback, select: (state: PlaybackState) => T): T {
  return useSyncExternalStore(playback.subscribe, () => select(playback.state), () => select(playback.state));
}

/** Finer than that nobody sees. */
export const TIME_STEP_MS = 100;

/** Where it is, to the step before. */
export function useTime(playback: Playback): number {
  return usePlayback(playback, ({ at }) => Math.floor(at / TIME_STEP_MS) * TIME_STEP_MS);
}

export interface Reading {
  findings: Findings | null;
  /** Set when it is large and not read unasked. */
  ask: (() => void) | null;
}

export function useFindings(player: Player | null): Reading {
  const bytes = player?.store.chunks.reduce((sum, chunk) => sum + chunk.length, 0) ?? 0;
  const [asked, setAsked] = useState(false);
  const [findings, setFindings] = useState<Findings | null>(null);
  const reads = asked || bytes <= READ_UNASKED;
  useEffect(() => {
    if (player === null || !reads) return;
    let wanted = true;
    const { store, playback } = player;
    void survey(store, playback.state.duration, { wanted: () => wanted, wait: () => playback.state.busy !== null }, setFindings);
    return () => {
      wanted = false;
    };
  }, [player, reads]);
  return { findings, ask: reads ? null : () => setAsked(true) };
}
