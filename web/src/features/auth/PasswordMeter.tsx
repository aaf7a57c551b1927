'use client';
// How good the password would be, by the server's own rules, while it is typed. It always has its place: nothing
// jumps when it begins to speak.
import Box from '@mui/material/Box';
import { MIN_PASSWORD, lengthOf, passwordHint } from './passwordRules';
import { usePasswordWeight, type About } from './usePasswordWeight';

const WORDS = ['Very weak', 'Very weak', 'Weak', 'Good', 'Strong'] as const;
const COLORS = ['severity.critical.main', 'severity.critical.main', 'severity.high.main', 'ok.main', 'ok.main'] as const;

export function PasswordMeter({ password, about }: { password: string; about: About }) {
  const weight = usePasswordWeight(password, about);
  const length = lengthOf(password);
  const score = length === 0 ? -1 : length < MIN_PASSWORD ? 0 : (weight?.score ?? -1);
  const words = length === 0
    ? passwordHint
    : length < MIN_PASSWORD
      ? `${MIN_PASSWORD - length} more ${MIN_PASSWORD - length === 1 ? 'character' : 'characters'}, at least.`
      : weight === undefined ? 'Weighing…' : `${WORDS[score] ?? ''}. ${sentence(weight.problem)}`;
  return (
    <Box sx={{ display: 'grid', gap: 1.5, mt: -2 }}>
      <Box aria-hidden sx={{ display: 'grid', gridTemplateColumns: 'repeat(4, 1fr)', gap: 1 }}>
        {[1, 2, 3, 4].map((step) => (
          <Box key={step} sx={{ height: 4, borderRadius: 2, bgcolor: score >= 0 && Math.max(score, 1) >= step ? COLORS[score] : 'neutral.5', transition: 'background-color 150ms' }} />
        ))}
      </Box>
      <Box role="status" sx={{ fontSize: '0.8125rem', lineHeight: 1.5, minHeight: '3em', color: 'text.secondary' }}>{words}</Box>
    </Box>
  );
}

/** The server says what is wrong as the end of a sentence: "it must not contain your name". */
function sentence(problem: string | null | undefined): string {
  if (problem === null || problem === undefined) return 'Nothing speaks against it.';
  const text = problem.charAt(0).toUpperCase() + problem.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
