// What of a SAML connection was changed on the page. Only what differs is sent: most of it makes another test necessary.
import type { SsoConnection, SsoConnectionChange } from '../api';
import type { MetadataBy } from './MetadataInput';

export interface SamlValues {
  name: string;
  metadataUrl: string;
  metadata: string;
  groupsClaim: string;
  idpInitiated: boolean;
}

export function samlValues({ name, metadataUrl, groupsClaim, idpInitiated }: SsoConnection): SamlValues {
  return { name, metadataUrl: metadataUrl ?? '', metadata: '', groupsClaim, idpInitiated };
}

export function samlChange(connection: SsoConnection, values: SamlValues, by: MetadataBy): SsoConnectionChange {
  const change: SsoConnectionChange = {};
  const [name, address, text, groupsClaim] = [values.name.trim(), values.metadataUrl.trim(), values.metadata.trim(), values.groupsClaim.trim()];
  if (name !== connection.name) change.name = name;
  if (by === 'address' && address !== '' && address !== connection.metadataUrl) change.metadataUrl = address;
  if (by === 'text' && text !== '') change.metadata = text;
  if (groupsClaim !== '' && groupsClaim !== connection.groupsClaim) change.groupsClaim = groupsClaim;
  if (values.idpInitiated !== connection.idpInitiated) change.idpInitiated = values.idpInitiated;
  return change;
}
