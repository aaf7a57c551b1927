// How a certificate stands, by the clock of the reader: whether what it signed is believed, and for how long yet.
import type { Look } from '@/shared/ui/StatusChip';
import type { SsoCertificate } from './api';

const DAY = 86_400_000;
/** When the admins get a mail, too. */
const SOON_DAYS = 14;

export type CertificateState = 'unusable' | 'ahead' | 'ended' | 'ending' | 'valid';

export const certificateWords: Record<CertificateState, { words: string; look: Look }> = {
  unusable: { words: 'Cannot be used: only RSA of at least 2048 bits is', look: 'bad' },
  ahead: { words: 'Not valid yet', look: 'waiting' },
  ended: { words: 'Has ended', look: 'bad' },
  ending: { words: 'Ends soon', look: 'warn' },
  valid: { words: 'Valid', look: 'on' },
};

export function certificateState({ supported, notBefore, notAfter }: Pick<SsoCertificate, 'supported' | 'notBefore' | 'notAfter'>, now: number): CertificateState {
  if (!supported) return 'unusable';
  if (new Date(notAfter).getTime() <= now) return 'ended';
  if (new Date(notBefore).getTime() > now) return 'ahead';
  return new Date(notAfter).getTime() - now < SOON_DAYS * DAY ? 'ending' : 'valid';
}

/** Pairs, as other programs show a fingerprint. */
export function pairs(fingerprint: string): string {
  return fingerprint.toUpperCase().match(/.{1,2}/g)?.join(':') ?? fingerprint;
}

/** What somebody who changes certificates over there has to know, as it is now. */
export function rotationWords(states: readonly CertificateState[], readAnew: boolean): string {
  const good = states.filter((state) => state === 'valid' || state === 'ending').length;
  const how = readAnew
    ? 'Add the new one to its metadata beside the old one, and take the old one away some hours after the change: they are read anew every few hours, at each test, and when an answer comes with a key that is not known.'
    : 'These metadata were given by hand, so nothing is read anew. Before the change, enter metadata that name both certificates; after it, those with the new one alone.';
  if (good === 0) return `No certificate is valid now: nothing that it says is believed. ${how}`;
  if (good > 1) return 'Answers signed by any of these are believed: the provider can change from one to the other without anybody noticing.';
  return `When it changes its certificate: ${how.charAt(0).toLowerCase()}${how.slice(1)}`;
}
