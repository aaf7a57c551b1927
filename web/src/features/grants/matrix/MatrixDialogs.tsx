'use client';
// What is opened from the matrix. It stands beside the grid and not in it: a window that becomes narrow has a list in the
// grid's place, and what is typed here stays.
import type { AssignAccess } from '@/shared/api/types';
import { GrantDrawer } from '../GrantDrawer';
import { RevokeManyDialog } from '../RevokeManyDialog';
import { SetTermsDialog } from '../SetTermsDialog';

/** What is being done with a selection. */
export type Doing = { kind: 'terms'; cells: AssignAccess['cells']; like?: string } | { kind: 'revoke'; grantIds: string[] };

interface Props {
  doing: Doing | null;
  onDone: () => void;
  /** The grant whose detail is open. */
  open: string | null;
  onClose: () => void;
}

export function MatrixDialogs({ doing, onDone, open, onClose }: Props) {
  return (
    <>
      {doing?.kind === 'terms' && <SetTermsDialog cells={doing.cells} like={doing.like} onClose={onDone} />}
      {doing?.kind === 'revoke' && <RevokeManyDialog grantIds={doing.grantIds} onClose={onDone} />}
      <GrantDrawer key={open} id={open} onClose={onClose} />
    </>
  );
}
