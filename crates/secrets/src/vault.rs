//! The root keys at hand and what is sealed straight under them: organization keys and server secrets.

use std::sync::{Arc, PoisonError, RwLock};

use uuid::Uuid;

use crate::error::SecretError;
use crate::keys::{BOX, Key, KeyId, context};
use crate::organization::OrganizationKey;
use crate::root::RootKey;
use crate::sealed::{FORMAT, KEY_BOX, Kind, parse, start};
use crate::secret::Secret;

/// Seals under the current root key; opens under any that it knows. Share it behind an `Arc`.
///
/// To rotate the root key while everything runs: [`admit`](Self::admit) the new key on every instance, then
/// [`make_current`](Self::make_current) on every instance, then rewrap the rows of which
/// [`is_current`](Self::is_current) says no until none is left, then [`forget`](Self::forget) the old key once
/// nobody works any more with a row read before. Then destroy the old key's file.
pub struct Vault {
    ring: RwLock<Ring>,
}

struct Ring {
    current: Arc<RootKey>,
    retired: Vec<Arc<RootKey>>,
}

impl Vault {
    /// A vault that knows one root key.
    pub fn new(current: RootKey) -> Self {
        Self { ring: RwLock::new(Ring { current: Arc::new(current), retired: Vec::new() }) }
    }

    /// The id of the key that seals now.
    pub fn current_root_key(&self) -> KeyId {
        self.current().id()
    }

    /// Opens under `key` from now on, besides the others; seals nothing under it yet.
    pub fn admit(&self, key: RootKey) {
        self.change(|ring| {
            if ring.find(key.id()).is_none() {
                ring.retired.push(Arc::new(key));
            }
        });
    }

    /// Seals under this admitted key from now on. The one before still opens.
    pub fn make_current(&self, id: KeyId) -> Result<(), SecretError> {
        self.change(|ring| {
            let key = ring.find(id).ok_or(SecretError::UnknownKey(id))?;
            ring.retired.retain(|other| other.id() != id);
            let before = std::mem::replace(&mut ring.current, key);
            if before.id() != id {
                ring.retired.push(before);
            }
            Ok(())
        })
    }

    /// Wipes a retired key from memory: what is still sealed under it cannot be opened here any more.
    pub fn forget(&self, id: KeyId) -> Result<(), SecretError> {
        self.change(|ring| {
            if ring.current.id() == id {
                return Err(SecretError::StillCurrent(id));
            }
            ring.find(id).ok_or(SecretError::UnknownKey(id))?;
            ring.retired.retain(|key| key.id() != id);
            Ok(())
        })
    }

    /// Whether an organization key or server secret is sealed under the current root key.
    pub fn is_current(&self, sealed: &[u8]) -> Result<bool, SecretError> {
        let parsed = parse(Kind::OrganizationKey, sealed).or_else(|error| match error {
            SecretError::WrongKind(_) => parse(Kind::Server, sealed),
            other => Err(other),
        });
        Ok(parsed?.0 == self.current_root_key())
    }

    /// Makes the key of an organization. The bytes go into its row; when they are gone, so are its secrets.
    pub fn new_organization_key(&self, organization_id: Uuid) -> Result<Vec<u8>, SecretError> {
        self.seal_organization(organization_id, &Key::generate()?)
    }

    /// Opens the key of this organization.
    pub fn open_organization(
        &self,
        sealed: &[u8],
        organization_id: Uuid,
    ) -> Result<OrganizationKey, SecretError> {
        OrganizationKey::new(organization_id, self.open_organization_bytes(sealed, organization_id)?)
    }

    /// The same organization key under the current root key.
    pub fn rewrap_organization_key(
        &self,
        sealed: &[u8],
        organization_id: Uuid,
    ) -> Result<Vec<u8>, SecretError> {
        self.seal_organization(organization_id, &self.open_organization_bytes(sealed, organization_id)?)
    }

    /// Seals a secret of the server itself, e.g. `"token signing key"`. It opens for the same purpose only.
    pub fn seal_server(&self, purpose: &str, value: &[u8]) -> Result<Vec<u8>, SecretError> {
        let root = self.current();
        let mut out = start(Kind::Server, root.id(), value.len());
        root.key().seal(&server_context(root.id(), purpose), value, &mut out)?;
        Ok(out)
    }

    /// Opens what [`seal_server`](Self::seal_server) gave for this purpose.
    pub fn open_server(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, SecretError> {
        let (key_id, boxed) = parse(Kind::Server, sealed)?;
        let mut value = Secret::zeroed(boxed.len().saturating_sub(BOX));
        self.known(key_id)?.key().open(&server_context(key_id, purpose), boxed, value.as_mut())?;
        Ok(value)
    }

    /// The same server secret under the current root key.
    pub fn rewrap_server(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        self.seal_server(purpose, self.open_server(purpose, sealed)?.expose())
    }

    fn seal_organization(&self, organization_id: Uuid, key: &Key) -> Result<Vec<u8>, SecretError> {
        let root = self.current();
        let mut out = start(Kind::OrganizationKey, root.id(), 0);
        root.key().seal(&organization_context(root.id(), organization_id), key.as_bytes(), &mut out)?;
        Ok(out)
    }

    fn open_organization_bytes(&self, sealed: &[u8], organization_id: Uuid) -> Result<Key, SecretError> {
        let (key_id, boxed) = parse(Kind::OrganizationKey, sealed)?;
        if boxed.len() != KEY_BOX {
            return Err(SecretError::Refused);
        }
        let root = self.known(key_id)?;
        let context = organization_context(key_id, organization_id);
        Key::fill(|bytes| root.key().open(&context, boxed, bytes))
    }

    // A key in use outlives `forget` until the call that uses it returns.
    fn current(&self) -> Arc<RootKey> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).current.clone()
    }

    fn known(&self, id: KeyId) -> Result<Arc<RootKey>, SecretError> {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.find(id).ok_or(SecretError::UnknownKey(id))
    }

    fn change<T>(&self, with: impl FnOnce(&mut Ring) -> T) -> T {
        with(&mut self.ring.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ring {
    fn find(&self, id: KeyId) -> Option<Arc<RootKey>> {
        std::iter::once(&self.current).chain(&self.retired).find(|key| key.id() == id).cloned()
    }
}

fn organization_context(root: KeyId, organization_id: Uuid) -> Vec<u8> {
    context(&[b"sallyport organization key", &[FORMAT], &root.0, organization_id.as_bytes()])
}

fn server_context(root: KeyId, purpose: &str) -> Vec<u8> {
    context(&[b"sallyport server secret", &[FORMAT], &root.0, purpose.as_bytes()])
}
