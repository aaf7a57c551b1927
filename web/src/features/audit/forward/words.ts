// The words of destinations, and what fits what.
import type { RiskLevel } from '@/shared/api/types';
import type { Option } from '@/shared/ui/form';
import type { Look } from '@/shared/ui/StatusChip';
import type { Destination } from './api';

type Kind = Destination['kind'];
type Format = Destination['format'];

export const kindWords: Record<Kind, string> = { syslog: 'Syslog over TLS', webhook: 'Webhook' };
export const formatWords: Record<Format, string> = { rfc5424_json: 'RFC 5424 with JSON', json: 'JSON', ocsf: 'OCSF' };
export const formatsOf: Record<Kind, readonly Format[]> = { syslog: ['rfc5424_json'], webhook: ['json', 'ocsf'] };

export const stateWords: Record<Destination['state'], { word: string; look: Look }> = {
  delivering: { word: 'Delivering', look: 'on' },
  waiting: { word: 'Waiting', look: 'waiting' },
  failing: { word: 'Failing', look: 'bad' },
  disabled: { word: 'Switched off', look: 'off' },
};

export const riskOptions: Option<RiskLevel | 'all'>[] = [
  { value: 'all', label: 'All events' },
  { value: 'low', label: 'Low and above' },
  { value: 'medium', label: 'Medium and above' },
  { value: 'high', label: 'High and above' },
  { value: 'critical', label: 'Critical only' },
];
