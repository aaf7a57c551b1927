'use client';
// Theme, toasts and server state: what every page stands on, signed in or not.
import { QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { makeQueryClient } from '@/shared/api/query';
import { ThemeProvider } from '@/shared/theme/ThemeProvider';
import { ToastProvider, useToast } from '@/shared/ui/toast';

export function Providers({ children }: { children: ReactNode }) {
  return (
    <ThemeProvider>
      <ToastProvider>
        <ServerState>{children}</ServerState>
      </ToastProvider>
    </ThemeProvider>
  );
}

function ServerState({ children }: { children: ReactNode }) {
  const toast = useToast();
  const [client] = useState(() => makeQueryClient(toast.error));
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
