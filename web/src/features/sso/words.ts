// The words of single sign-on: products, and what has to be done and found in each.
import type { SsoFallback, SsoProduct, SsoProtocol } from './api';

export const productWords: Record<SsoProduct, string> = {
  entra: 'Microsoft Entra ID',
  google: 'Google Workspace',
  okta: 'Okta',
  keycloak: 'Keycloak',
  auth0: 'Auth0',
  generic: 'Another provider',
};

export const protocolWords: Record<SsoProtocol, string> = { oidc: 'OpenID Connect', saml: 'SAML 2.0' };

export const protocolHints: Record<SsoProtocol, string> = {
  oidc: 'The younger of the two, with less to set up and less that can go wrong. Take it wherever you can.',
  saml: 'Where OpenID Connect cannot be had, or where your organization uses SAML for everything.',
};

export function isProtocol(text: string | null): text is SsoProtocol {
  return text !== null && Object.hasOwn(protocolWords, text);
}

export interface Product {
  /** Below its name, where one chooses. */
  hint: string;
  /** What to do over there, in order. `{redirect}` stands for the field with the address. */
  steps: readonly string[];
  /** What its issuer looks like. */
  issuerExample: string;
  issuerHint: string;
  /** Names over there, where they differ. */
  clientIdLabel: string;
  secretLabel: string;
  /** What a group looks like in its answers. */
  groupHint: string;
}

export const products: Record<SsoProduct, Product> = {
  entra: {
    hint: 'Formerly Azure Active Directory',
    steps: [
      'In the Entra admin center open App registrations and choose New registration. Accounts in this organizational directory only.',
      'As redirect address choose the platform Web and paste the address below.',
      'Under Certificates & secrets make a client secret and copy its value: it is shown once.',
      'Under Token configuration add the optional claim email, and add a groups claim if roles shall follow groups.',
    ],
    issuerExample: 'https://login.microsoftonline.com/<tenant id>/v2.0',
    issuerHint: 'The directory (tenant) id stands on the registration’s overview. The address of one tenant: “common” is refused.',
    clientIdLabel: 'Application (client) ID',
    secretLabel: 'Client secret value',
    groupHint: 'Entra writes groups as object ids, like 6f1d5c2e-….',
  },
  google: {
    hint: 'Google Cloud, for a Workspace domain',
    steps: [
      'In the Google Cloud console open APIs & Services, Credentials and create an OAuth client ID of the type Web application.',
      'Under Authorized redirect URIs paste the address below.',
      'On the consent screen choose Internal, so that only people of your Workspace can sign in.',
      'Copy the client ID and the client secret.',
    ],
    issuerExample: 'https://accounts.google.com',
    issuerHint: 'The same for everybody.',
    clientIdLabel: 'Client ID',
    secretLabel: 'Client secret',
    groupHint: 'Google sends no groups with a sign-in: everyone gets the role for others.',
  },
  okta: {
    hint: 'Okta Workforce Identity',
    steps: [
      'In the Okta admin console open Applications and create an app integration: OIDC, Web Application.',
      'Under Sign-in redirect URIs paste the address below.',
      'Assign the people or groups that shall be able to sign in.',
      'On the tab Sign On add a groups claim filter named groups (for example: matches regex .*), if roles shall follow groups.',
    ],
    issuerExample: 'https://example.okta.com',
    issuerHint: 'Your Okta address, or that of a custom authorization server.',
    clientIdLabel: 'Client ID',
    secretLabel: 'Client secret',
    groupHint: 'Okta writes groups by name.',
  },
  keycloak: {
    hint: 'One realm of your own server',
    steps: [
      'In the realm open Clients and create a client: OpenID Connect, with Client authentication on and only the Standard flow.',
      'Under Valid redirect URIs paste the address below.',
      'On the tab Credentials copy the client secret.',
      'Add a mapper of the type Group Membership with the claim name groups and Full group path off, if roles shall follow groups.',
    ],
    issuerExample: 'https://keycloak.example.com/realms/<realm>',
    issuerHint: 'As it stands in the realm’s OpenID Endpoint Configuration.',
    clientIdLabel: 'Client ID',
    secretLabel: 'Client secret',
    groupHint: 'Keycloak writes groups by name; with the full path on, they begin with a slash.',
  },
  auth0: {
    hint: 'One Auth0 tenant',
    steps: [
      'In the Auth0 dashboard open Applications and create a Regular Web Application.',
      'Under Allowed Callback URLs paste the address below.',
      'Copy the domain, the client ID and the client secret from the settings.',
      'If roles shall follow groups, add them to the ID token by an action, under a claim with a name of your own.',
    ],
    issuerExample: 'https://example.eu.auth0.com/',
    issuerHint: 'https:// and the domain, with the slash at the end.',
    clientIdLabel: 'Client ID',
    secretLabel: 'Client secret',
    groupHint: 'As your action writes them.',
  },
  generic: {
    hint: 'Any that keeps to OpenID Connect',
    steps: [
      'Register a confidential web client that uses the authorization code flow.',
      'As redirect address enter the address below, letter by letter.',
      'Allow the scopes openid, email and profile.',
      'Let it send a claim with the groups of a person, if roles shall follow groups.',
    ],
    issuerExample: 'https://id.example.com',
    issuerHint: 'Where /.well-known/openid-configuration is found below.',
    clientIdLabel: 'Client ID',
    secretLabel: 'Client secret',
    groupHint: 'As the provider writes them: names or ids.',
  },
};

export const productOrder = ['entra', 'google', 'okta', 'keycloak', 'auth0', 'generic'] as const satisfies readonly SsoProduct[];

export function isProduct(text: string | null): text is SsoProduct {
  return text !== null && Object.hasOwn(products, text);
}

export const fallbackWords: Record<SsoFallback, { title: string; means: string }> = {
  nobody: { title: 'Nobody', means: 'When your identity provider is down, nobody of yours comes in until it works again. Super admins of the provider can still change this.' },
  admins: { title: 'Administrators only', means: 'An administrator can come in by password and put things right. Each time all administrators are told.' },
  everyone: { title: 'Everyone who has a password', means: 'Work goes on when your identity provider is down. But a password that leaked opens the door beside it. Each time all administrators are told.' },
};

/** What a group looks like in its answers. Google has groups by SAML alone. */
export function groupHint({ profile, protocol }: { profile: SsoProduct; protocol: SsoProtocol }): string {
  return profile === 'google' && protocol === 'saml' ? 'Google writes groups by name.' : products[profile].groupHint;
}
