'use client';
// What would be granted, all of it: what an approval is of.
import Box from '@mui/material/Box';
import { hoursWords } from '@/shared/lib/hours';
import { exactTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { Fact, Facts } from '@/shared/ui/Facts';
import { LevelChip } from '@/shared/ui/LevelChip';
import type { AccessRequest } from './api';
import { lengthWords } from './words';

export function Terms({ request }: { request: AccessRequest }) {
  const now = useNow();
  const { startsAt, expiresAt, ipRanges, services, hours } = request;
  return (
    <Facts>
      <Fact name="Technician">{request.technicianName}</Fact>
      <Fact name="Customer"><CustomerTag id={request.customerOrgId} name={request.customerOrgName} link /></Fact>
      <Fact name="Level"><LevelChip level={request.accessLevel} /></Fact>
      <Fact name="From">{startsAt == null ? 'At once' : exactTime(startsAt)}</Fact>
      <Fact name="Until">{expiresAt == null ? 'Revoked' : <>{exactTime(expiresAt)} <Box component="span" sx={{ color: 'text.secondary' }}>({lengthWords(request, now)})</Box></>}</Fact>
      <Fact name="From addresses">{ipRanges.length === 0 ? 'Anywhere' : ipRanges.map((range) => <Box key={range} className="mono">{range}</Box>)}</Fact>
      <Fact name="Services">{services.length === 0 ? 'All' : services.map((service) => service.toUpperCase()).join(', ')}</Fact>
      <Fact name="Hours">{hoursWords(hours)}</Fact>
      <Fact name="Reason"><span style={{ whiteSpace: 'pre-wrap' }}>{request.reason}</span></Fact>
    </Facts>
  );
}
