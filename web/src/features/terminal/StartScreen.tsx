'use client';
// From Connect to a shell: how it goes, and if it does not, why and what to do. A link alone only asks whether to connect.
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { api, data } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { isWished, openSession, regretSession, wishSession } from '@/shared/session/startSession';
import { StartAsk } from './StartAsk';
import { StartProgress } from './StartProgress';
import { StartRefused } from './StartRefused';
import { Waiting } from './Waiting';

interface Props {
  assetId: string;
  credentialId?: string;
  /** The wish that led here. */
  start?: string;
}

interface Attempt {
  key: string;
  credentialId?: string;
  reason?: string;
}

export function StartScreen({ assetId, credentialId, start }: Props) {
  const router = useRouter();
  const [attempt, setAttempt] = useState<Attempt | null>(() => (start !== undefined && isWished(start) ? { key: start, credentialId } : null));
  const asset = useQuery({
    queryKey: ['assets', 'detail', assetId],
    queryFn: ({ signal }) => data(api.GET('/api/assets/{id}', { params: { path: { id: assetId } }, signal })),
  });
  // A query and not a mutation: by its key it is done once, however often the page is drawn.
  const opening = useQuery({
    queryKey: ['sessions', 'open', attempt?.key],
    queryFn: () => openSession(attempt?.key ?? '', { assetId, credentialId: attempt?.credentialId, reason: attempt?.reason }),
    enabled: attempt !== null,
    retry: false,
    staleTime: Infinity,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });

  const opened = opening.data?.session.id;
  useEffect(() => {
    if (opened !== undefined) router.replace(paths.terminal(opened));
  }, [opened, router]);
  const name = asset.data?.name;
  useEffect(() => {
    document.title = name === undefined ? 'Connect · Sallyport' : `${name} · Sallyport`;
  }, [name]);

  const again = (choice: Omit<Attempt, 'key'>) => setAttempt({ key: wishSession(), ...choice });
  const leave = () => {
    if (attempt !== null && opening.isPending) regretSession(attempt.key);
    router.push(paths.home());
  };

  if (attempt !== null && opening.isError) {
    if (opening.error instanceof ApiError && opening.error.fields.reason !== undefined && asset.data !== undefined) {
      return <StartAsk asset={asset.data} error={opening.error} chosen={attempt} onConnect={again} onLeave={leave} />;
    }
    return <StartRefused asset={asset.data} error={opening.error} onAgain={() => again({ credentialId: attempt.credentialId, reason: attempt.reason })} onLeave={leave} />;
  }
  if (attempt !== null) return <StartProgress asset={asset.data} onCancel={leave} />;
  if (asset.isError) return <StartRefused asset={undefined} error={asset.error} onAgain={() => void asset.refetch()} onLeave={leave} />;
  if (asset.data === undefined) return <Waiting title="Looking for the machine" />;
  return <StartAsk asset={asset.data} error={null} chosen={{ credentialId }} onConnect={again} onLeave={leave} />;
}
