// What other features say of a person, beside the people's list.
import { PersonTokens } from '@/features/apiTokens/PersonTokens';
import { TechnicianAccessPart } from '@/features/grants/TechnicianAccessPart';
import type { User } from '@/shared/api/types';

export function personParts(user: User) {
  return (
    <>
      <TechnicianAccessPart user={user} />
      <PersonTokens user={user} />
    </>
  );
}
