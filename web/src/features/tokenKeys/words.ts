// What each state of a key means, and what giving it up does then.
import type { Look } from '@/shared/ui/StatusChip';
import type { KeyState } from './api';

export const keyWords: Record<KeyState, { state: string; look: Look; means: string }> = {
  next: { state: 'Next', look: 'waiting', means: 'Published, so that everybody knows it before it signs.' },
  active: { state: 'Signs now', look: 'on', means: 'Signs each new access token.' },
  retired: { state: 'Retired', look: 'off', means: 'Signs nothing more. What it signed was good for five minutes.' },
  revoked: { state: 'Revoked', look: 'bad', means: 'Nothing that it signed is believed.' },
};

export const revokeWords: Record<KeyState, string> = {
  next: 'It never signed anything. Another one is made in its place, and published from now on.',
  active:
    'Every access token that it signed is refused from now on, on all instances. The next key signs at once, though it may be published for moments only: other systems that verify our tokens by the published set refuse the new ones until they read it anew, for at most five minutes.',
  retired: 'Whatever it signed in its last minutes is refused from now on, on all instances.',
  revoked: 'It is revoked already.',
};
