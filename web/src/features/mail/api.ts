// Mails that were kept instead of sent, where no mail server is configured.
import { useList } from '@/shared/api/list';

export function useKeptMails(page: number) {
  return useList('mails', '/api/dev/mails', { page, limit: 20 }, { everyMs: 5_000 });
}
