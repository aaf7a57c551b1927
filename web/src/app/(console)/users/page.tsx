'use client';
import { UsersScreen } from '@/features/users/UsersScreen';
import { personParts } from '../personParts';

export default function Page() {
  return <UsersScreen parts={personParts} />;
}
