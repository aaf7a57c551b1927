//! The crate from outside, as the server uses it.

#![expect(clippy::unwrap_used, reason = "helpers of tests; clippy knows the tests themselves only")]

mod lacks;
mod refuses;
mod root_key;
mod rotation;
mod signs;
mod speaks;

use sallyport_secrets::{OrganizationKey, RootKey, SecretRef, Vault};
use uuid::Uuid;

const ACME: Uuid = Uuid::from_u128(0xac);
const GLOBEX: Uuid = Uuid::from_u128(0x61);
const PASSWORD: SecretRef<'static> =
    SecretRef { organization_id: ACME, secret_id: Uuid::from_u128(1), version: 1, field: "password" };

fn vault() -> Vault {
    Vault::new(RootKey::generate().unwrap())
}

fn organization_key(vault: &Vault, id: Uuid) -> OrganizationKey {
    vault.open_organization(&vault.new_organization_key(id).unwrap(), id).unwrap()
}
