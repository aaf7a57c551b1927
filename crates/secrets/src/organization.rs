//! An organization's key and the secrets under it.

use uuid::Uuid;

use crate::error::SecretError;
use crate::keys::{BOX, Key, KeyId, context};
use crate::sealed::{FORMAT, KEY_BOX, Kind, parse, start};
use crate::secret::Secret;

/// Where a secret belongs. All of it is authenticated, none of it is stored in the sealed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretRef<'a> {
    /// The organization that owns the secret.
    pub organization_id: Uuid,
    /// The secret's own row.
    pub secret_id: Uuid,
    /// Counts up with every rotation of the secret.
    pub version: i64,
    /// Which value of the row, e.g. `password`.
    pub field: &'a str,
}

impl SecretRef<'_> {
    fn value_context(&self) -> Vec<u8> {
        self.context(b"sallyport secret value", &[])
    }

    fn data_key_context(&self, sealed_under: KeyId) -> Vec<u8> {
        self.context(b"sallyport secret data key", &sealed_under.0)
    }

    fn context(&self, purpose: &[u8], key_id: &[u8]) -> Vec<u8> {
        context(&[
            purpose,
            &[FORMAT],
            key_id,
            self.organization_id.as_bytes(),
            self.secret_id.as_bytes(),
            &self.version.to_be_bytes(),
            self.field.as_bytes(),
        ])
    }
}

/// The open key of one organization: seals and opens its secrets. Wiped when dropped; it cannot be copied,
/// printed or stored.
pub struct OrganizationKey {
    organization_id: Uuid,
    id: KeyId,
    key: Key,
}

impl OrganizationKey {
    pub(crate) fn new(organization_id: Uuid, key: Key) -> Result<Self, SecretError> {
        Ok(Self { organization_id, id: key.derive_id()?, key })
    }

    /// The organization whose secrets this key opens.
    pub fn organization_id(&self) -> Uuid {
        self.organization_id
    }

    /// Names this key in the bytes sealed under it.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Seals `value` under a data key of its own. Equal values give different bytes.
    pub fn seal(&self, at: SecretRef<'_>, value: &[u8]) -> Result<Vec<u8>, SecretError> {
        self.check_owner(at)?;
        let data_key = Key::generate()?;
        let mut out = start(Kind::Secret, self.id, value.len());
        self.key.seal(&at.data_key_context(self.id), data_key.as_bytes(), &mut out)?;
        data_key.seal(&at.value_context(), value, &mut out)?;
        Ok(out)
    }

    /// Opens what [`seal`](Self::seal) gave for exactly this place.
    pub fn open(&self, at: SecretRef<'_>, sealed: &[u8]) -> Result<Secret, SecretError> {
        let (data_key, boxed) = self.open_data_key(at, sealed)?;
        let mut value = Secret::zeroed(boxed.len().saturating_sub(BOX));
        data_key.open(&at.value_context(), boxed, value.as_mut())?;
        Ok(value)
    }

    /// The same secret under another key of the same organization. The value stays closed: only its data key
    /// is sealed anew.
    pub fn rewrap(&self, at: SecretRef<'_>, sealed: &[u8], to: &Self) -> Result<Vec<u8>, SecretError> {
        to.check_owner(at)?;
        let (data_key, boxed) = self.open_data_key(at, sealed)?;
        let mut out = start(Kind::Secret, to.id, boxed.len());
        to.key.seal(&at.data_key_context(to.id), data_key.as_bytes(), &mut out)?;
        out.extend_from_slice(boxed);
        Ok(out)
    }

    fn open_data_key<'s>(&self, at: SecretRef<'_>, sealed: &'s [u8]) -> Result<(Key, &'s [u8]), SecretError> {
        self.check_owner(at)?;
        let (key_id, boxes) = parse(Kind::Secret, sealed)?;
        if key_id != self.id {
            return Err(SecretError::UnknownKey(key_id));
        }
        let (data_key, value) = boxes.split_at_checked(KEY_BOX).ok_or(SecretError::Refused)?;
        let context = at.data_key_context(key_id);
        Ok((Key::fill(|bytes| self.key.open(&context, data_key, bytes))?, value))
    }

    /// The organization is authenticated anyway; this names the mistake of a caller who mixed two up.
    fn check_owner(&self, at: SecretRef<'_>) -> Result<(), SecretError> {
        if at.organization_id == self.organization_id { Ok(()) } else { Err(SecretError::WrongOrganization) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Past the check of the caller's mistake, the cipher itself refuses another organization.
    #[test]
    fn the_same_key_under_another_organization_is_refused_by_the_cipher() {
        let (acme, globex) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let twin = |organization_id| {
            let key = Key::fill(|bytes| {
                *bytes = [7; 32];
                Ok::<_, SecretError>(())
            });
            OrganizationKey::new(organization_id, key.unwrap()).unwrap()
        };
        let at = |organization_id| SecretRef {
            organization_id,
            secret_id: Uuid::from_u128(3),
            version: 1,
            field: "password",
        };
        let sealed = twin(acme).seal(at(acme), b"hunter2").unwrap();
        assert_eq!(twin(acme).open(at(acme), &sealed).unwrap().expose(), b"hunter2");
        assert_eq!(twin(globex).open(at(globex), &sealed).unwrap_err(), SecretError::Refused);
    }

    /// Half a million secrets of one organization are a million encryptions: no AES key serves twice, hence no
    /// pair of key and nonce either.
    #[test]
    fn v05_no_derived_key_comes_twice_in_a_million_encryptions() {
        const EACH: usize = 250_000;
        let organization_id = Uuid::from_u128(1);
        let key = OrganizationKey::new(organization_id, Key::generate().unwrap()).unwrap();
        let at = SecretRef { organization_id, secret_id: Uuid::from_u128(2), version: 1, field: "password" };
        // Half of the AES key is enough: if no half comes twice, no key does.
        let aes_key = |key: &Key, boxed: &[u8]| {
            let derived = key.one_time_bytes(boxed.first_chunk().unwrap()).unwrap();
            u128::from_be_bytes(*derived.first_chunk().unwrap())
        };
        let seal_many = || {
            let mut seen = Vec::with_capacity(2 * EACH);
            for _ in 0..EACH {
                let sealed = key.seal(at, b"hunter2").unwrap();
                let (_, boxes) = parse(Kind::Secret, &sealed).unwrap();
                let (data_key, value) = key.open_data_key(at, &sealed).unwrap();
                seen.extend([aes_key(&key.key, boxes), aes_key(&data_key, value)]);
            }
            seen
        };
        let mut seen = std::thread::scope(|scope| {
            let other = scope.spawn(seal_many);
            let mut seen = seal_many();
            seen.extend(other.join().unwrap());
            seen
        });
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4 * EACH);
    }
}
