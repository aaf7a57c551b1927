'use client';
// The map of groups to roles. Its order counts, so each row can be moved, by keyboard as well.
import ArrowDownwardOutlined from '@mui/icons-material/ArrowDownwardOutlined';
import ArrowUpwardOutlined from '@mui/icons-material/ArrowUpwardOutlined';
import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import OutlinedInput from '@mui/material/OutlinedInput';
import Select from '@mui/material/Select';
import type { Role } from '@/shared/api/types';
import { roleWords } from '@/shared/lib/words';
import type { GroupRole } from '../api';

interface Props {
  groups: readonly GroupRole[];
  roles: readonly Role[];
  onChange: (groups: GroupRole[]) => void;
}

export function GroupRows({ groups, roles, onChange }: Props) {
  const set = (at: number, change: Partial<GroupRole>) => onChange(groups.map((row, each) => (each === at ? { ...row, ...change } : row)));
  const move = (at: number, by: -1 | 1) => {
    const next = [...groups];
    next.splice(at + by, 0, ...next.splice(at, 1));
    onChange(next);
  };
  if (groups.length === 0) return <Box sx={{ p: 4, border: '1px dashed', borderColor: 'neutral.6', borderRadius: '8px', fontSize: '0.8125rem', color: 'text.secondary' }}>No group is mapped: everybody is treated as “everybody else” below.</Box>;
  return (
    <Box component="ol" aria-label="Groups and their roles" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: { xs: 4, sm: 2 } }}>
      {groups.map(({ group, role }, at) => {
        const name = group === '' ? `row ${at + 1}` : group;
        return (
          <Box component="li" key={at} sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', sm: 'minmax(0, 1fr) 190px auto' }, alignItems: 'center' }}>
            <OutlinedInput
              value={group}
              placeholder="Group, as your provider writes it"
              autoFocus={group === ''}
              onChange={(event) => set(at, { group: event.target.value })}
              slotProps={{ input: { 'aria-label': `Group ${at + 1}`, className: 'mono', spellCheck: false, maxLength: 255 } }}
              sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' } }}
            />
            <Select value={role} onChange={(event) => set(at, { role: event.target.value })} SelectDisplayProps={{ 'aria-label': `Role of ${name}` }}>
              {roles.map((each) => <MenuItem key={each} value={each}>{roleWords[each]}</MenuItem>)}
            </Select>
            <Box sx={{ display: 'flex' }}>
              <IconButton size="small" aria-label={`Move ${name} up`} disabled={at === 0} onClick={() => move(at, -1)}><ArrowUpwardOutlined fontSize="small" /></IconButton>
              <IconButton size="small" aria-label={`Move ${name} down`} disabled={at === groups.length - 1} onClick={() => move(at, 1)}><ArrowDownwardOutlined fontSize="small" /></IconButton>
              <IconButton size="small" aria-label={`Remove ${name}`} onClick={() => onChange(groups.filter((_row, each) => each !== at))}><DeleteOutlined fontSize="small" /></IconButton>
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
