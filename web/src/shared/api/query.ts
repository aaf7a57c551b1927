// How the console keeps what it has read: fresh for ten seconds, retried only where a retry can help.
import { MutationCache, QueryClient } from '@tanstack/react-query';
import { ApiError, messageOf } from './error';

/** Set `meta: { inline: true }` on a mutation whose form shows the error itself. */
export function makeQueryClient(toastError: (message: string) => void): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 503 || error.status === 0),
      },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.inline !== true) toastError(messageOf(error));
      },
    }),
  });
}
