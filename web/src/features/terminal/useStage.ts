'use client';
// A stage for as long as a component shows it, and the state of its line.
import { useEffect, useEffectEvent, useState, useSyncExternalStore, type RefObject } from 'react';
import type { Session } from '@/shared/api/types';
import type { LinkState, Mode } from './link/state';
import { useTerminalSettings } from './settings';
import { applySettings, makeStage, type Stage } from './stage';

const never = () => () => undefined;

export function useStage(box: RefObject<HTMLElement | null>, session: Session, mode: Mode): { stage: Stage | null; state: LinkState } {
  const settings = useTerminalSettings();
  const [stage, setStage] = useState<Stage | null>(null);
  const start = useEffectEvent((element: HTMLElement) => makeStage(element, session, mode, settings));

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let gone = false;
    let made: Stage | undefined;
    void start(element).then((ready) => {
      if (gone) {
        ready.dispose();
        return;
      }
      made = ready;
      setStage(ready);
      ready.link.open();
    });
    return () => {
      gone = true;
      made?.dispose();
      setStage(null);
    };
    // A session's id and mode are all that a line depends on; its other facts change while it lives.
  }, [box, session.id, mode]);

  useEffect(() => {
    if (stage !== null) applySettings(stage, settings, mode === 'watch');
  }, [mode, settings, stage]);

  const before: LinkState = {
    phase: { kind: 'connecting' }, mode, session, viewers: session.viewers, owner: null, frozen: null, warning: null, unsure: false, refusals: 0,
  };
  const [initial] = useState(before);
  const state = useSyncExternalStore(stage?.link.subscribe ?? never, () => stage?.link.state ?? initial, () => initial);
  return { stage, state };
}
