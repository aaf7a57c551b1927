// The controls that entries are evidence for, in our own words. A test holds the list to the server's own
// (crates/server/src/audit/catalogue.rs).
import type { FilterOption } from '@/shared/table/types';

export const controls: Record<string, string> = {
  'CC6.1': 'Only known people get in',
  'CC6.2': 'Accounts are made and ended on purpose',
  'CC6.3': 'Access follows what people need',
  'CC6.6': 'Who comes from outside is stopped at the gate',
  'CC6.7': 'Information leaves by known ways only',
  'CC6.8': 'What does not belong on a machine is noticed',
  'CC7.1': 'Changes that open a hole are noticed',
  'CC7.2': 'What is unusual is watched for',
  'CC7.3': 'What was noticed is looked into',
  'CC7.4': 'Incidents are answered',
  'CC7.5': 'What was harmed is put right',
  'A.5.9': 'Machines are known',
  'A.5.15': 'Rules of who may do what hold',
  'A.5.16': 'Identities are known from beginning to end',
  'A.5.17': 'Passwords, keys and other proofs are looked after',
  'A.5.18': 'Rights are given, reviewed and taken back',
  'A.8.2': 'Privileged access is narrow and in sight',
  'A.8.5': 'Signing in is safe',
  'A.8.15': 'What happens is kept as it was',
  'A.8.24': 'Secrets are kept by keys',
};

export const controlOptions: readonly FilterOption[] = Object.entries(controls).map(([value, hint]) => ({ value, label: value, hint: `${value.startsWith('CC') ? 'SOC 2' : 'ISO/IEC 27001'}: ${hint}` }));
