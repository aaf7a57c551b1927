'use client';
// For development: the mails that would have been sent, if there were a mail server. The list beside the one that is read.
import ArrowBackOutlined from '@mui/icons-material/ArrowBackOutlined';
import MailOutlined from '@mui/icons-material/MailOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { ApiError } from '@/shared/api/error';
import { paths } from '@/shared/paths';
import { Pager } from '@/shared/table/Pager';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useKeptMails } from './api';
import { MailLine, MailText } from './Mail';

export function MailsScreen() {
  const router = useRouter();
  const pathname = usePathname();
  const params = useSearchParams();
  const page = Math.max(1, Number(params.get('page') ?? 1) || 1);
  const query = useKeptMails(page);
  const go = (next: { page?: number; open?: string }) => router.replace(`${pathname}${paths.mails(next).slice(paths.mails().length)}`, { scroll: false });
  const mails = query.data?.items ?? [];
  const chosen = mails.find((mail) => mail.id === params.get('open'));
  const open = chosen ?? mails[0];
  // A narrow screen has room for one of the two.
  const listOnly = { xs: chosen === undefined ? 'block' : 'none', md: 'block' };
  const mailOnly = { xs: chosen === undefined ? 'none' : 'block', md: 'block' };
  const sent = query.error instanceof ApiError && query.error.code === 'mail_is_sent';
  return (
    <>
      <PageHeader title="Mails" intro="Kept on this machine instead of sent, because no mail server is configured." />
      {sent && <EmptyState icon={<MailOutlined />} title="Mails are sent">A mail server is configured, so nothing is kept here.</EmptyState>}
      {query.isError && !sent && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton variant="rounded" height={320} />}
      {query.data !== undefined && (
        <>
          <Alert severity="warning" sx={{ mb: 4 }}>For development only. Anybody who reads a mail here can use its link. Set <span className="mono">mail.smtp_url</span> to send mails.</Alert>
          {mails.length === 0 ? (
            <EmptyState icon={<MailOutlined />} title="No mail yet">Invite somebody, or ask for another password at the sign-in: the mail appears here within seconds.</EmptyState>
          ) : (
            <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(280px, 2fr) minmax(0, 3fr)' }, gap: 4, alignItems: 'start' }}>
              <Box sx={{ display: listOnly }}>
                <Box component="ul" aria-label="Mails" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden', bgcolor: 'background.paper' }}>
                  {mails.map((mail) => <MailLine key={mail.id} mail={mail} open={mail.id === open?.id} onOpen={() => go({ page, open: mail.id })} />)}
                </Box>
                <Pager list={query.data} onPage={(next) => go({ page: next })} />
              </Box>
              {open !== undefined && (
                <Box sx={{ display: mailOnly }}>
                  <Button size="small" startIcon={<ArrowBackOutlined />} onClick={() => go({ page })} sx={{ display: { md: 'none' }, mb: 3 }}>All mails</Button>
                  <MailText mail={open} />
                </Box>
              )}
            </Box>
          )}
        </>
      )}
    </>
  );
}
