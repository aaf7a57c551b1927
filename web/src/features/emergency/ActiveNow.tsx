'use client';
// What goes on now, above everything else: the clock that runs down, and the way to stop it.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { SectionCard } from '@/shared/ui/SectionCard';
import type { Emergency } from './api';
import { Countdown } from './EmergencyState';
import { EndDialog } from './EndDialog';

interface Props {
  title?: string;
  list: readonly Emergency[];
  onOpen: (id: string) => void;
}

export function ActiveNow({ title = 'Active now', list, onOpen }: Props) {
  const { isProvider } = useSession();
  const [ending, setEnding] = useState<Emergency | null>(null);
  if (list.length === 0 && ending === null) return null;
  return (
    <Box sx={{ mb: 5 }}>
      <SectionCard title={title} note={plural(list.length, 'emergency access', 'times of emergency access')} padded={false}>
        <CardList label="Emergency access that is active now">
          {list.map((emergency) => (
            <CardLine
              key={emergency.id}
              title={emergency.technicianName}
              aside={<Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>{isProvider && <CustomerTag id={emergency.customerOrgId} name={emergency.customerOrgName} />}<Countdown until={emergency.endsAt} /></Box>}
            >
              <Box>{emergency.reason}</Box>
              <Box>{plural(emergency.sessions, 'session')} so far, {plural(emergency.toldCount, 'person', 'people')} told</Box>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 2 }}>
                <AllowedButton allowed={allowed(emergency.can, 'emergency.end')} size="small" variant="outlined" color="error" onClick={() => setEnding(emergency)}>End now…</AllowedButton>
                <Button size="small" onClick={() => onOpen(emergency.id)}>Details</Button>
              </Box>
            </CardLine>
          ))}
        </CardList>
      </SectionCard>
      {ending !== null && <EndDialog emergency={ending} onClose={() => setEnding(null)} />}
    </Box>
  );
}
