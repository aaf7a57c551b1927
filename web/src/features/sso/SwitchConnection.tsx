'use client';
// Asks before a connection is switched on or off: both change how people come in from one moment to the next.
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useSetConnectionState, type SsoConnection } from './api';

export function SwitchConnection({ connection, onClose }: { connection: SsoConnection; onClose: () => void }) {
  const toast = useToast();
  const set = useSetConnectionState(connection.id);
  const { name } = connection;
  const on = connection.state === 'active';
  const change = () =>
    set.mutate(!on, {
      onSuccess: () => {
        toast.done(on ? `${name} is switched off.` : `${name} is switched on.`);
        onClose();
      },
    });
  return (
    <ConfirmDialog title={on ? `Switch ${name} off?` : `Switch ${name} on?`} action={on ? 'Switch off' : 'Switch on'} danger={on} pending={set.isPending} error={set.error} onClose={onClose} onConfirm={change}>
      {on
        ? 'Whoever signed in by it is signed out now, with their open sessions. Who has no password cannot come in until it is on again.'
        : 'From now on people with an address in your verified mail domains are offered this way when they sign in.'}
    </ConfirmDialog>
  );
}
