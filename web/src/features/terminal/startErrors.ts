// Why a session did not open, and what to do about it. The server's own sentence stands below the title; this adds the next step.
import { ApiError } from '@/shared/api/error';

export interface StartAdvice {
  title: string;
  /** The next step, for a technician. */
  todo: string;
  /** Whether the same try can succeed later without anybody doing something. */
  retry: boolean;
  /** The machine's page is where it is put right. */
  machine: boolean;
}

const BAD_KEY: StartAdvice = { title: 'The account’s key cannot be used', todo: 'Ask who keeps the accounts to enter it again.', retry: false, machine: true };

const advice: Record<string, StartAdvice> = {
  forbidden: { title: 'You may not connect here now', todo: 'Ask an account manager for access, or for the level that this account needs.', retry: false, machine: false },
  not_found: { title: 'There is no such machine for you', todo: 'It may have been removed, or your access to its customer ended. Look at My customers for what is open to you.', retry: false, machine: false },
  invalid_input: { title: 'Something is missing', todo: 'Put right what is named above and connect again.', retry: false, machine: false },
  credential_missing: { title: 'No account to sign in with', todo: 'Ask an account manager, or the customer’s administrator, to add an account to this machine.', retry: false, machine: true },
  credential_refused: { title: 'The machine refused the account', todo: 'Its password or key was changed on the machine. Ask who keeps the accounts to enter the new one.', retry: false, machine: true },
  second_proof_wanted: { title: 'The machine wants a second proof', todo: 'A stored account cannot give a one-time code. Ask the customer for an account that signs in without one from the gateway.', retry: false, machine: true },
  key_unsupported: BAD_KEY,
  passphrase_missing: BAD_KEY,
  passphrase_wrong: BAD_KEY,
  certificate_unusable: BAD_KEY,
  secret_missing: BAD_KEY,
  key_destroyed: { title: 'This customer’s secrets were destroyed', todo: 'Nobody can connect by a stored account of theirs any more.', retry: false, machine: true },
  host_key_unconfirmed: { title: 'Nobody has vouched for this machine yet', todo: 'Ask an account manager to compare its host key with the customer and to confirm it.', retry: false, machine: true },
  host_key_unreadable: { title: 'The confirmed host key cannot be read', todo: 'Ask an account manager to compare and confirm it again.', retry: false, machine: true },
  host_key_changed: { title: 'This is not the machine that was confirmed', todo: 'It may have been installed anew, or somebody stands between. Do not go on before the customer has confirmed the new fingerprint.', retry: false, machine: true },
  target_name_not_found: { title: 'The machine’s name is not known', todo: 'Check its address with the customer.', retry: true, machine: true },
  target_address_refused: { title: 'Sessions never go to this address', todo: 'Addresses of the gateway itself and of its network are closed. Check the machine’s address.', retry: false, machine: true },
  target_connection_refused: { title: 'Nothing listens there', todo: 'The machine is up, but its SSH service is not, or the port is wrong.', retry: true, machine: true },
  target_timeout: { title: 'The machine does not answer', todo: 'It may be down, or a firewall swallows the connection. Try again, then call the customer.', retry: true, machine: true },
  target_unreachable: { title: 'There is no way to the machine', todo: 'The network between is down or has no route. Try again, then call the customer.', retry: true, machine: true },
  target_incompatible: { title: 'The machine speaks no safe SSH', todo: 'It offers only algorithms that are not allowed here. Ask the customer to bring its SSH service up to date.', retry: false, machine: true },
  target_not_ssh: { title: 'What answers there is not SSH', todo: 'Another service listens at this address and port. Check the machine’s port.', retry: false, machine: true },
  target_disconnected: { title: 'The machine hung up', todo: 'It closed the connection while signing in. It may be overloaded or refuse many sign-ins at once; try again in a moment.', retry: true, machine: true },
  terminal_refused: { title: 'The machine gave no terminal', todo: 'The account may sign in but may not open a shell. Ask the customer to allow it.', retry: false, machine: true },
  too_many_sessions: { title: 'This customer’s network is full', todo: 'As many sessions are open there as may be at a time. End one of yours, or ask an account manager to raise the limit.', retry: true, machine: false },
  recorder_unavailable: { title: 'Sessions cannot be recorded now', todo: 'Nothing is opened unrecorded. Tell a super admin; try again when it is put right.', retry: true, machine: false },
  rate_limited: { title: 'Too many tries', todo: 'Wait a moment, then try again.', retry: true, machine: false },
  unavailable: { title: 'Sallyport cannot open a session right now', todo: 'Try again in a moment.', retry: true, machine: false },
  offline: { title: 'Sallyport cannot be reached', todo: 'Check your own connection, then try again. If the session did open, it stands under Sessions.', retry: true, machine: false },
  internal: { title: 'Something broke on our side', todo: 'Try again. If it stays, tell a super admin the request’s number below.', retry: true, machine: false },
  csrf: { title: 'This page is out of date', todo: 'Reload it and connect again.', retry: false, machine: false },
};

const other: StartAdvice = { title: 'The session did not open', todo: 'If trying again does not help, tell a super admin.', retry: true, machine: true };

export function adviceFor(error: unknown): StartAdvice {
  return (error instanceof ApiError ? advice[error.code] : advice.internal) ?? other;
}
