'use client';
// Hands a technician's customers to another: per customer the old access goes, or stays beside the new.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Skeleton from '@mui/material/Skeleton';
import { useMemo, useState } from 'react';
import { useTechnicianOptions } from '@/shared/api/lookups';
import type { Grant } from '@/shared/api/types';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { LevelChip } from '@/shared/ui/LevelChip';
import { handOff } from './changes';
import { useTechnicianGrants } from './matrix/api';
import { PreviewDialog } from './PreviewDialog';

interface Props {
  /** The technician who hands over; chosen in the dialog without one. */
  from?: string;
  onClose: () => void;
}

/** Those who are left out, and those whose old access stays. */
interface Wish {
  out: ReadonlySet<string>;
  kept: ReadonlySet<string>;
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

export function HandOverDialog({ from, onClose }: Props) {
  const technicians = useTechnicianOptions();
  const [fromId, setFromId] = useState(from ?? '');
  const [toId, setToId] = useState('');
  const [reason, setReason] = useState('');
  const [wish, setWish] = useState<Wish>({ out: new Set(), kept: new Set() });
  const grants = useTechnicianGrants(fromId);
  const customers = useMemo(() => customersOf(grants.data ?? []), [grants.data]);
  const handed = customers.filter(({ id }) => !wish.out.has(id));
  const body = { fromTechnicianId: fromId, toTechnicianId: toId, reason: reason.trim(), customers: handed.map(({ id }) => ({ customerOrgId: id, keep: wish.kept.has(id) })) };
  return (
    <PreviewDialog
      title="Hand over access"
      intro="The other technician gets the same terms at each customer. It happens all at once, or not at all."
      action="Hand over"
      disabled={fromId === '' || toId === '' || fromId === toId || handed.length === 0 || reason.trim() === ''}
      change={handOff(body)}
      fields={['fromTechnicianId', 'toTechnicianId', 'reason']}
      onClose={onClose}
    >
      {(error) => {
        const wrong = fieldErrors(error);
        return (
          <>
            <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
              <SelectInput label="From" value={fromId} onChange={(id) => { setFromId(id); setWish({ out: new Set(), kept: new Set() }); }} options={technicians} error={wrong.fromTechnicianId} />
              <SelectInput label="To" value={toId} onChange={setToId} options={technicians.filter(({ value }) => value !== fromId)} error={wrong.toTechnicianId} />
            </Box>
            {fromId !== '' && grants.isError && <ErrorState dense error={grants.error} onRetry={() => void grants.refetch()} />}
            {fromId !== '' && grants.isPending && <Skeleton variant="rounded" height={120} />}
            {grants.data !== undefined && customers.length === 0 && <Alert severity="info">This technician has access to no customer: there is nothing to hand over.</Alert>}
            {customers.length > 0 && <Customers customers={customers} wish={wish} onChange={setWish} />}
            <TextInput label="Reason" value={reason} onChange={setReason} multiline error={wrong.reason} hint="The customers see this." />
          </>
        );
      }}
    </PreviewDialog>
  );
}

interface Held {
  id: string;
  name: string;
  grants: Grant[];
}

function customersOf(grants: readonly Grant[]): Held[] {
  const held = new Map<string, Held>();
  for (const grant of grants) {
    const known = held.get(grant.customerOrgId);
    if (known === undefined) held.set(grant.customerOrgId, { id: grant.customerOrgId, name: grant.customerOrgName, grants: [grant] });
    else known.grants.push(grant);
  }
  return [...held.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function Customers({ customers, wish, onChange }: { customers: readonly Held[]; wish: Wish; onChange: (wish: Wish) => void }) {
  const all = customers.map(({ id }) => id);
  return (
    <Box tabIndex={0} role="region" aria-label="Customers to hand over" sx={{ maxHeight: 300, overflow: 'auto', border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
      <Box component="table" aria-label="Customers" sx={{ width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed', fontSize: '0.8125rem', '& td, & th': { px: 2, py: '3px', textAlign: 'left', borderTop: 1, borderColor: 'neutral.4' }, '& thead th': { position: 'sticky', top: 0, zIndex: 1, borderTop: 0, bgcolor: 'neutral.2', fontSize: '0.75rem', fontWeight: 520, color: 'text.secondary' } }}>
        <thead>
          <tr>
            <Box component="th" scope="col" sx={{ width: 46 }}>
              <Checkbox size="small" checked={wish.out.size === 0} indeterminate={wish.out.size > 0 && wish.out.size < all.length} onChange={() => onChange({ ...wish, out: wish.out.size === 0 ? new Set(all) : new Set() })} slotProps={{ input: { 'aria-label': 'Hand over all customers' } }} />
            </Box>
            <th scope="col">Customer</th>
            <Box component="th" scope="col" sx={{ width: { xs: 96, sm: 136 } }}>
              <Box component="label" sx={{ display: 'inline-flex', alignItems: 'center' }}>
                <Checkbox size="small" checked={wish.kept.size === all.length} indeterminate={wish.kept.size > 0 && wish.kept.size < all.length} onChange={() => onChange({ ...wish, kept: wish.kept.size === 0 ? new Set(all) : new Set() })} slotProps={{ input: { 'aria-label': 'Keep the old access to all customers' } }} />
                Keep the old
              </Box>
            </Box>
          </tr>
        </thead>
        <tbody>
          {customers.map(({ id, name, grants }) => {
            const out = wish.out.has(id);
            return (
              <Box component="tr" key={id} sx={{ opacity: out ? 0.6 : 1 }}>
                <td><Checkbox size="small" checked={!out} onChange={() => onChange({ ...wish, out: toggled(wish.out, id) })} slotProps={{ input: { 'aria-label': `Hand over ${name}` } }} /></td>
                <td>
                  <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px', py: 1 }}>
                    <CustomerTag id={id} name={name} />
                    {grants.map((grant) => <LevelChip key={grant.id} level={grant.accessLevel} />)}
                  </Box>
                </td>
                <td><Checkbox size="small" disabled={out} checked={!out && wish.kept.has(id)} onChange={() => onChange({ ...wish, kept: toggled(wish.kept, id) })} slotProps={{ input: { 'aria-label': `Keep the old access to ${name}` } }} /></td>
              </Box>
            );
          })}
        </tbody>
      </Box>
    </Box>
  );
}
