'use client';
import { PersonTokens } from '@/features/apiTokens/PersonTokens';
import { UsersScreen } from '@/features/users/UsersScreen';

export default function Page() {
  return <UsersScreen tokens={(user) => <PersonTokens user={user} />} />;
}
