// The words of SAML in each product: what has to be done over there, and what our names are called.
import type { SsoProduct } from './api';

interface SamlProduct {
  steps: readonly string[];
  /** What our names are called over there. */
  labels: { entityId: string; acs: string; logout: string };
  /** What the address of its metadata looks like; empty where it has none. */
  metadataExample: string;
  metadataHint: string;
  /** Where its answers have the groups. */
  attributeHint: string;
}

const usual = { entityId: 'Entity id (audience)', acs: 'ACS address (assertion consumer service, by POST)', logout: 'Logout address (single logout)' };

export const samlProducts: Record<SsoProduct, SamlProduct> = {
  entra: {
    steps: [
      'In the Microsoft Entra admin center open Enterprise applications and create one of your own that is not in the gallery.',
      'Open Single sign-on and choose SAML. Under Basic SAML Configuration paste the addresses below, or upload our metadata file.',
      'Under Attributes & Claims leave the unique user identifier lasting (persistent, or the address), and add a group claim if roles shall follow groups.',
      'Assign the people or groups that shall be able to sign in, and copy the App Federation Metadata Url.',
    ],
    labels: { entityId: 'Identifier (Entity ID)', acs: 'Reply URL (Assertion Consumer Service URL)', logout: 'Logout Url' },
    metadataExample: 'https://login.microsoftonline.com/<tenant id>/federationmetadata/2007-06/federationmetadata.xml?appid=<id>',
    metadataHint: 'App Federation Metadata Url, under SAML Certificates.',
    attributeHint: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups, unless you gave the claim another name. Entra writes groups as object ids.',
  },
  google: {
    steps: [
      'In the Google Admin console open Apps, Web and mobile apps and add a custom SAML app.',
      'Download its IdP metadata: Google has no address for them.',
      'Enter the addresses below as service provider details. Let the name ID be the primary email, in the format EMAIL, and tick Signed response.',
      'Map Primary email to the attribute email and, if roles shall follow groups, choose up to 75 groups with the attribute groups.',
      'Switch the app on for the people that shall be able to sign in.',
    ],
    labels: { entityId: 'Entity ID', acs: 'ACS URL', logout: 'Logout address (Google has no field for it)' },
    metadataExample: '',
    metadataHint: 'Google has no address of metadata: take the file.',
    attributeHint: 'As you named it under Group membership. Google writes groups by name.',
  },
  okta: {
    steps: [
      'In the Okta admin console open Applications and create an app integration: SAML 2.0.',
      'Enter the addresses below. Let the name ID format be Persistent or EmailAddress, and the response and the assertion be signed by RSA-SHA256.',
      'Add an attribute statement email with user.email and, if roles shall follow groups, a group attribute statement groups with a filter.',
      'Assign the people or groups that shall be able to sign in. On the tab Sign On copy the Metadata URL.',
    ],
    labels: { entityId: 'Audience URI (SP Entity ID)', acs: 'Single sign-on URL', logout: 'Single Logout URL' },
    metadataExample: 'https://example.okta.com/app/<id>/sso/saml/metadata',
    metadataHint: 'Metadata URL, on the tab Sign On of the app.',
    attributeHint: 'As you named the group attribute statement. Okta writes groups by name.',
  },
  keycloak: {
    steps: [
      'In the realm open Clients, then Import client, and give it our metadata file; or create a client of the type SAML with the entity id below as its client ID.',
      'Let Sign assertions be on, the signature algorithm RSA_SHA256, and Encrypt assertions off; Name ID format persistent or email, with Force name ID format.',
      'Add mappers for the attribute email (User Property) and, if roles shall follow groups, groups (Group list) with Full group path off and Single Group Attribute on.',
    ],
    labels: { entityId: 'Client ID', acs: 'Valid redirect URI, and Assertion Consumer Service POST Binding URL', logout: 'Logout Service POST Binding URL' },
    metadataExample: 'https://keycloak.example.com/realms/<realm>/protocol/saml/descriptor',
    metadataHint: 'SAML 2.0 Identity Provider Metadata, under Realm settings.',
    attributeHint: 'As you named the mapper. Keycloak writes groups by name; with the full path on, they begin with a slash.',
  },
  auth0: {
    steps: [
      'In the Auth0 dashboard open Applications, your application, Addons and switch SAML2 Web App on.',
      'Enter the ACS address below as Application Callback URL, and in the settings below it the entity id as audience; signatureAlgorithm rsa-sha256, digestAlgorithm sha256, signResponse or the assertion signed.',
      'On the tab Usage find the identity provider metadata: copy the link.',
    ],
    labels: { entityId: 'audience', acs: 'Application Callback URL', logout: 'logout.callback' },
    metadataExample: 'https://example.eu.auth0.com/samlp/metadata/<client id>',
    metadataHint: 'Identity Provider Metadata, on the tab Usage of the addon.',
    attributeHint: 'As your action writes them.',
  },
  generic: {
    steps: [
      'Register a service provider: by the address of our metadata, by our file, or by the addresses below.',
      'Let it sign the assertion or the response, and not encrypt assertions.',
      'Let it send the address of a person as mail or email and, if roles shall follow groups, an attribute with the groups.',
    ],
    labels: usual,
    metadataExample: 'https://id.example.com/metadata',
    metadataHint: 'Where the XML is that describes the provider itself.',
    attributeHint: 'The name of the attribute, letter by letter. Groups come as the provider writes them.',
  },
};
