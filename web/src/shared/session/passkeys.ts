// Passkeys (WebAuthn): what the browser's authenticator is asked, and how its answers are spelt for the server.
import { useSyncExternalStore } from 'react';
import { api, data } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';
import type { components } from '@/shared/api/schema';

type Made = components['schemas']['MadePasskey'];
type Used = components['schemas']['UsedPasskey'];

/** Passkeys belong to a host name, over a safe line: at a bare number, or in an old browser, there are none. */
function passkeysWork(): boolean {
  if (!window.isSecureContext || typeof PublicKeyCredential === 'undefined') return false;
  return !/^[\d.]+$|^\[/.test(window.location.hostname);
}

const never = () => () => undefined;

export function usePasskeysWork(): boolean {
  return useSyncExternalStore(never, passkeysWork, () => false);
}

/** Whether passkeys can stand among what the browser fills in by itself. */
export async function passkeysFillIn(): Promise<boolean> {
  if (!passkeysWork() || typeof PublicKeyCredential.isConditionalMediationAvailable !== 'function') return false;
  return PublicKeyCredential.isConditionalMediationAvailable();
}

function spell(buffer: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

/** The sixteen bytes of an id. */
function idBytes(id: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(id.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function refused(error: unknown): Error {
  if (error instanceof ApiError) return error;
  if (error instanceof DOMException && error.name === 'InvalidStateError') return new ApiError(0, 'passkey_known', 'There is a passkey of yours on this device already.');
  return new ApiError(0, 'passkey_cancelled', 'No passkey was used: it was cancelled, took too long, or there is none here. Try again, or take another way.');
}

/** Has the browser make a passkey for a person; `known` are those that they have, so that no device gets a second one. */
export async function makePasskey(person: { id: string; email: string; name: string }, known: string[] = []): Promise<Made> {
  try {
    const { challenge, rpId, timeoutMs, algorithms } = await data(api.GET('/api/auth/passkeys/challenge'));
    const made = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(challenge),
        rp: { id: rpId, name: 'Sallyport' },
        user: { id: idBytes(person.id), name: person.email, displayName: person.name },
        pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: known.map((id) => ({ type: 'public-key', id: bytes(id) })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: timeoutMs,
      },
    });
    const { response } = made as PublicKeyCredential;
    return { clientData: spell(response.clientDataJSON), attestation: spell((response as AuthenticatorAttestationResponse).attestationObject) };
  } catch (error) {
    throw refused(error);
  }
}

interface Ask {
  /** Only these; any of this site when not given. */
  allowed?: string[];
  /** Among what the browser fills in, until it is aborted. */
  fillIn?: AbortSignal;
}

/** Has the browser show a passkey. */
export async function showPasskey({ allowed = [], fillIn }: Ask = {}): Promise<Used> {
  try {
    const { challenge, rpId, timeoutMs } = await data(api.GET('/api/auth/passkeys/challenge'));
    const shown = await navigator.credentials.get({
      mediation: fillIn === undefined ? undefined : 'conditional',
      signal: fillIn,
      publicKey: {
        challenge: bytes(challenge),
        rpId,
        allowCredentials: allowed.map((id) => ({ type: 'public-key', id: bytes(id) })),
        userVerification: 'required',
        timeout: timeoutMs,
      },
    });
    // Taken in the moment in which it was asked for by hand: once is enough.
    fillIn?.throwIfAborted();
    const { id, response } = shown as PublicKeyCredential;
    const { clientDataJSON, authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse;
    return {
      id,
      clientData: spell(clientDataJSON),
      authenticatorData: spell(authenticatorData),
      signature: spell(signature),
      userHandle: userHandle === null ? undefined : spell(userHandle),
    };
  } catch (error) {
    throw refused(error);
  }
}
