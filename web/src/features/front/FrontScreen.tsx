'use client';
// The front page of a customer's people who do not manage anything.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import { roleWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { Fact, Facts } from '@/shared/ui/Facts';
import { PageHeader } from '@/shared/ui/PageHeader';
import { SectionCard } from '@/shared/ui/SectionCard';

export function FrontScreen() {
  const { profile } = useSession();
  return (
    <>
      <PageHeader title={`Welcome, ${profile.displayName}`} />
      <Box sx={{ maxWidth: 640 }}>
        <SectionCard title={profile.organization.name}>
          <Facts>
            <Fact name="Your role">{roleWords[profile.role]}</Fact>
            <Fact name="Signed in as">{profile.email}</Fact>
          </Facts>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 4, mb: 4 }}>
            This role has nothing to do in Sallyport yet beyond your own account. If you need to do more, ask an administrator of {profile.organization.name} for another role.
          </Typography>
          <Button component={Link} href={paths.account()} variant="outlined">See where you are signed in</Button>
        </SectionCard>
      </Box>
    </>
  );
}
