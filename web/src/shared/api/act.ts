'use client';
// What a person does at the server. What there is to say of it is said before anything is read anew: the line, drawer or
// dialog that asked may go with what it stood on, and React Query calls nobody back who is gone.
import { useMutation, useQueryClient, type MutationObserverOptions, type QueryClient, type QueryKey } from '@tanstack/react-query';
import { useCallback } from 'react';

interface Options<Data, Wish> {
  /** Asks the server. */
  ask: (wish: Wish) => Promise<Data>;
  /** The screen that asks shows a refusal itself; or else it is a toast. */
  inline?: boolean;
  /** Takes over what was answered, before the screen says it: so that what it says is also to be seen. */
  adopt?: (data: Data, client: QueryClient) => void;
  /** What is read anew after it. The act is pending until that is here. */
  renew?: readonly QueryKey[];
  /** Also after a refusal: what stands in the way may be something that is not in sight yet. */
  renewRefused?: boolean;
  /** The answer and the wish stay in memory no longer than the screen that asked. */
  secret?: boolean;
}

/** What the screen does when the answer is here, whether or not it is still there itself. */
interface Said<Data> {
  onSuccess?: (data: Data) => void;
  onError?: (error: Error) => void;
  /** When what was to be read anew is here as well. */
  onSettled?: () => void;
}

interface Asked<Data, Wish> {
  wish: Wish;
  said: Said<Data>;
}

export interface Act<Data, Wish> {
  mutate: (wish: Wish, said?: Said<Data>) => void;
  reset: () => void;
  isPending: boolean;
  isSuccess: boolean;
  isError: boolean;
  data: Data | undefined;
  error: Error | null;
  /** What was asked for last. */
  wish: Wish | undefined;
  submittedAt: number;
}

/** Apart from React, to be tested without it. */
export function actOptions<Data, Wish>(client: QueryClient, { ask, inline = false, adopt, renew = [], renewRefused = false, secret = false }: Options<Data, Wish>): MutationObserverOptions<Data, Error, Asked<Data, Wish>> {
  const readAnew = () => Promise.all(renew.map((queryKey) => client.invalidateQueries({ queryKey })));
  return {
    meta: { inline },
    ...(secret ? { gcTime: 0 } : {}),
    mutationFn: ({ wish }) => ask(wish),
    onSuccess: async (data, { said }) => {
      adopt?.(data, client);
      said.onSuccess?.(data);
      await readAnew();
    },
    onError: (error, { said }) => {
      said.onError?.(error);
      if (renewRefused) void readAnew();
    },
    onSettled: (_data, _error, { said }) => said.onSettled?.(),
  };
}

export function useAct<Data, Wish = void>(options: Options<Data, Wish>): Act<Data, Wish> {
  const client = useQueryClient();
  const { mutate: start, variables, reset, isPending, isSuccess, isError, data, error, submittedAt } = useMutation(actOptions(client, options));
  const mutate = useCallback((wish: Wish, said: Said<Data> = {}) => start({ wish, said }), [start]);
  return { mutate, reset, isPending, isSuccess, isError, data, error, wish: variables?.wish, submittedAt };
}
