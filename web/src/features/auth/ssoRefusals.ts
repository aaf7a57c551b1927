// How a sign-in at an identity provider ended when nobody came in, in words. A test holds the list to the server's own
// (crates/server/src/sso/sign_in.rs).
import type { Notice } from './DoorNotice';

export const ssoRefusals: Record<string, Notice> = {
  over: {
    severity: 'info',
    title: 'That sign-in is over',
    text: 'It took more than ten minutes, was begun in another browser, or was finished already. Enter your address to begin again.',
  },
  refused: {
    severity: 'error',
    title: 'Your identity provider’s answer was not accepted',
    text: 'It said no, or what it said could not be proven. Try once more. If it happens again, tell your administrator: the reason stands in the identity events.',
  },
  provider_down: {
    severity: 'warning',
    title: 'Your identity provider does not answer',
    text: 'Try again in a few minutes. If your organization allows a password for such days, enter your address and choose it.',
  },
  no_account: {
    severity: 'error',
    title: 'You have no account here yet',
    text: 'Your organization knows you, but gives you no access to Sallyport. Ask your administrator to invite you, or to add you to a group that has access.',
  },
  link_first: {
    severity: 'warning',
    title: 'This address has an account that is not linked yet',
    text: 'Sign in by your password, as you did before. Where single sign-on is required you are asked to link your account right then; else open My account and link your identity there. From then on this way works.',
  },
  switched_off: {
    severity: 'info',
    title: 'This way to sign in was changed meanwhile',
    text: 'Your administrator switched it off or changed it while you were signing in. Enter your address to see the ways there are now.',
  },
  taken: {
    severity: 'error',
    title: 'That identity belongs to another account',
    text: 'Somebody else here has linked it. Sign in at your identity provider as yourself, or ask your administrator.',
  },
  somebody_else: {
    severity: 'error',
    title: 'Somebody else signed in there',
    text: 'The identity provider proved another person than the one who is signed in here. Sign out there, and try again as yourself.',
  },
};

/** A code that this page has no words for is of a newer server. */
export function ssoRefusal(code: string): Notice {
  return ssoRefusals[code] ?? { severity: 'error', title: 'Signing in did not work', text: 'Enter your address and try again. If it goes on, tell your administrator.' };
}
