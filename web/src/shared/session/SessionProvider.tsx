'use client';
// Who is signed in. Below it the profile is always there; without a sign-in the browser goes to the sign-in page.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { api, data, setSignedOutHandler } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';
import type { Profile } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FrameSkeleton } from '@/shared/frame/FrameSkeleton';

export const profileKey = ['profile'] as const;

interface SessionValue {
  profile: Profile;
  isProvider: boolean;
  /** The browser is sent to the sign-in page with nothing of this person left in memory. */
  signOut: (scope: 'here' | 'everywhere') => Promise<void>;
}

const SessionContext = createContext<SessionValue | null>(null);

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (value === null) throw new Error('useSession stands outside of SessionProvider');
  return value;
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const router = useRouter();
  const client = useQueryClient();
  const profile = useQuery({
    queryKey: profileKey,
    queryFn: ({ signal }) => data(api.GET('/api/users/profile', { signal })),
    staleTime: 60_000,
  });

  useEffect(() => {
    setSignedOutHandler((code) => {
      const here = `${window.location.pathname}${window.location.search}`;
      client.clear();
      router.replace(paths.signIn(here === '/' ? undefined : here, code === 'sign_in_moved'));
    });
    return () => setSignedOutHandler(() => undefined);
  }, [client, router]);

  const known = profile.data;
  const value = useMemo<SessionValue | null>(() => {
    if (known === undefined) return null;
    return {
      profile: known,
      isProvider: known.organization.type === 'mss_provider',
      signOut: async (scope) => {
        await api.POST(scope === 'here' ? '/api/auth/logout' : '/api/auth/logout-all');
        client.clear();
        router.replace(paths.signIn());
      },
    };
  }, [client, known, router]);

  if (value !== null) return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
  const signedOut = profile.error instanceof ApiError && profile.error.status === 401;
  if (profile.isError && !signedOut) {
    return <ErrorState error={profile.error} onRetry={() => void profile.refetch()} fullPage />;
  }
  return <FrameSkeleton />;
}
