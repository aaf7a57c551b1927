'use client';
// What was typed, once the typing has paused: a question for each letter would be many for nothing.
import { useEffect, useState } from 'react';

const PAUSE_MS = 250;

export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
