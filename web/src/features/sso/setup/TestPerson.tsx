'use client';
// Who came in by the test, as the provider told it, and what they would be here.
import Box from '@mui/material/Box';
import { roleWords } from '@/shared/lib/words';
import { Fact, Facts } from '@/shared/ui/Facts';
import { SectionCard } from '@/shared/ui/SectionCard';
import { Tags } from '@/shared/ui/Tags';
import type { SsoConnection, SsoTestPerson } from '../api';
import { roleOf } from './roleOf';

export function TestPerson({ person, connection }: { person: SsoTestPerson; connection: SsoConnection }) {
  // By the map as it is now: it may have been drawn after the test.
  const role = roleOf(person.groups, connection);
  const muted = (words: string) => <Box component="span" sx={{ color: 'text.secondary' }}>{words}</Box>;
  return (
    <SectionCard title="Who signed in">
      <Facts labelWidth={150}>
        <Fact name="Name there"><span className="mono">{person.subject}</span></Fact>
        <Fact name="Email">
          {person.email ?? muted('None came: nobody gets an account without one.')}
          {person.email != null && <Box sx={{ color: 'text.secondary' }}>{person.domainVerified ? 'Its domain is proven.' : 'Its domain is not proven yet: see the step Mail domain.'}</Box>}
        </Fact>
        <Fact name="Groups">{person.groups.length === 0 ? muted('None came with the answer') : <Tags tags={person.groups} />}</Fact>
        <Fact name="Would be here">{role === undefined ? muted('Not let in by now: no group of theirs is mapped, and there is no role for others. The next step changes that.') : roleWords[role]}</Fact>
        <Fact name="What was told"><Tags tags={person.claims} /></Fact>
      </Facts>
    </SectionCard>
  );
}
