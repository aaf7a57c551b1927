// How a certificate stands, by the clock of the reader: whether what it signed is believed, and for how long yet.
import type { Look } from '@/shared/ui/StatusChip';
import type { SsoCertificate, SsoOwnCertificate } from './api';

const DAY = 86_400_000;
/** When the admins get a mail, too. */
const SOON_DAYS = 14;

export type CertificateState = 'unusable' | 'ahead' | 'ended' | 'ending' | 'valid';

export interface CertificateWords {
  words: string;
  look: Look;
}

export const certificateWords: Record<CertificateState, CertificateWords> = {
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

/** One of ours: what it is for, and whether its end is near. */
export function ownWords(use: SsoOwnCertificate['use'], state: CertificateState): CertificateWords {
  switch (use) {
    case 'signs':
      if (state === 'ended') return { words: 'Signs our requests, but has ended', look: 'bad' };
      return state === 'ending' ? { words: 'Signs our requests, ends soon', look: 'warn' } : { words: 'Signs our requests', look: 'on' };
    case 'next':
      return { words: 'Announced: signs next', look: 'waiting' };
    case 'former':
      return { words: 'Of before: signs nothing more', look: 'off' };
  }
}

/** What there is to do about ours. They change by themselves; only who gave the provider a file has to be quick. */
export function ownRotationWords(uses: readonly SsoOwnCertificate['use'][]): string {
  if (uses.includes('next'))
    return 'The next one is in our metadata already and signs a month after it was made, at the latest two days before the one of now ends. A provider that reads our metadata by their address needs nothing. If it was given a file, download the metadata now and enter them there: both are in them.';
  if (uses.includes('former'))
    return 'The change is done. The one of before stays in our metadata until its end, so that nothing breaks at a provider that reads them late; it can be taken out there.';
  return 'It is renewed by itself, two months before its end. The next one is then in our metadata for a month before anything is signed with it, and the admins get a mail.';
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
