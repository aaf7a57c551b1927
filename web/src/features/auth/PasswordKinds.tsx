'use client';
// The kinds of characters that one's organization asks for, ticked while one types.
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import RemoveOutlined from '@mui/icons-material/RemoveOutlined';
import Box from '@mui/material/Box';
import type { PasswordClass } from '@/shared/api/types';
import { passwordClassWords } from '@/shared/lib/words';
import { Unseen } from '@/shared/ui/Unseen';
import { hasKind } from './passwordRules';

const order = ['lowercase', 'uppercase', 'digit', 'symbol'] as const satisfies readonly PasswordClass[];

export function PasswordKinds({ password, kinds }: { password: string; kinds: readonly PasswordClass[] }) {
  if (kinds.length === 0) return null;
  return (
    <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
      Your organization asks for these in it:
      <Box component="ul" aria-label="What the password must have" sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, display: 'grid', gap: 0.5, gridTemplateColumns: 'repeat(auto-fill, minmax(180px, 1fr))' }}>
        {order.filter((kind) => kinds.includes(kind)).map((kind) => {
          const has = hasKind(password, kind);
          const Icon = has ? CheckOutlined : RemoveOutlined;
          return (
            <Box component="li" key={kind} sx={{ display: 'flex', alignItems: 'center', gap: 1.5, color: has ? 'ok.text' : undefined }}>
              <Icon aria-hidden sx={{ fontSize: 16 }} />
              <span>{passwordClassWords[kind]}<Unseen>{has ? ': there' : ': missing'}</Unseen></span>
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
