//! A 256-bit key of any layer, its id, and the box: the one way in which bytes are encrypted here.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::error::SecretError;

/// Length of every key, in bytes.
pub(crate) const KEY: usize = 32;
/// Length of a key id, in bytes.
pub(crate) const KEY_ID: usize = 16;
/// What a box adds to its plain bytes: salt and tag.
pub(crate) const BOX: usize = SALT + TAG;
const SALT: usize = 32;
const TAG: usize = 16;
const NONCE: usize = 12;

/// Name of a key, derived from the key itself; it tells nothing about it. Printed as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub(crate) [u8; KEY_ID]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A key that derives; it is never given to AES itself. On the heap, so that moving it leaves no copy.
pub(crate) struct Key(Box<Zeroizing<[u8; KEY]>>);

impl Key {
    pub(crate) fn generate() -> Result<Self, SecretError> {
        Self::fill(|bytes| Ok(aws_lc_rs::rand::fill(bytes)?))
    }

    /// A key whose bytes `write` puts in their final place.
    pub(crate) fn fill<E>(write: impl FnOnce(&mut [u8; KEY]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = Box::new(Zeroizing::new([0; KEY]));
        write(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn derive_id(&self) -> Result<KeyId, SecretError> {
        let mut id = [0; KEY_ID];
        derive(b"sallyport key id", self.as_bytes(), b"1", &mut id)?;
        Ok(KeyId(id))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// Appends a box with `plain` to `out`; it opens only with the same `context`.
    pub(crate) fn seal(&self, context: &[u8], plain: &[u8], out: &mut Vec<u8>) -> Result<(), SecretError> {
        let mut salt = [0; SALT];
        aws_lc_rs::rand::fill(&mut salt)?;
        let (key, nonce) = self.one_time(&salt)?;
        out.reserve_exact(BOX + plain.len());
        out.extend_from_slice(&salt);
        let start = out.len();
        out.resize(start + plain.len() + TAG, 0);
        let (ciphertext, tag) = out.split_at_mut(start).1.split_at_mut(plain.len());
        key.seal_out_of_place_scatter(nonce, Aad::from(context), plain, ciphertext, &[], tag)?;
        Ok(())
    }

    /// Opens a box into `plain`, which has the exact length; on an error it holds nothing of use.
    pub(crate) fn open(&self, context: &[u8], boxed: &[u8], plain: &mut [u8]) -> Result<(), SecretError> {
        let (salt, rest) = boxed.split_first_chunk::<SALT>().ok_or(SecretError::Refused)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(SecretError::Refused)?;
        if ciphertext.len() != plain.len() {
            return Err(SecretError::Refused);
        }
        let (key, nonce) = self.one_time(salt)?;
        key.open_separate_gather(nonce, Aad::from(context), ciphertext, tag, plain)
            .map_err(|_| SecretError::Refused)
    }

    fn one_time(&self, salt: &[u8; SALT]) -> Result<(LessSafeKey, Nonce), SecretError> {
        let derived = self.one_time_bytes(salt)?;
        let (key, nonce) = derived.split_at(KEY);
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?);
        Ok((key, Nonce::try_assume_unique_for_key(nonce)?))
    }

    pub(crate) fn one_time_bytes(
        &self,
        salt: &[u8; SALT],
    ) -> Result<Zeroizing<[u8; KEY + NONCE]>, SecretError> {
        let mut derived = Zeroizing::new([0; KEY + NONCE]);
        derive(salt, self.as_bytes(), b"sallyport box 1", derived.as_mut_slice())?;
        Ok(derived)
    }
}

/// Joins `parts` so that no two lists give the same bytes.
pub(crate) fn context(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

fn derive(salt: &[u8], key: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), SecretError> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let extracted = Salt::new(HKDF_SHA256, salt).extract(key);
    extracted.expand(&[info], Length(out.len()))?.fill(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens what an independent implementation sealed (HKDF and AES-GCM of Python's `cryptography`).
    #[test]
    fn a_box_of_another_implementation_opens() {
        let key = Key::fill(|bytes| {
            *bytes = std::array::from_fn(|i| u8::try_from(i).unwrap());
            Ok::<_, SecretError>(())
        })
        .unwrap();
        assert_eq!(key.derive_id().unwrap().to_string(), "778f04fcfcb368c0dc211424213d83e9");
        let boxed = hex::decode("6465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182831604b834311ffc9a88707d0bb4ba20fad71e6126a9679f097ea3a599").unwrap();
        let mut content = [0; 12];
        key.open(&context(&[b"label", b"", b"\x01"]), &boxed, &mut content).unwrap();
        assert_eq!(&content, b"hunter2 \xc3\xa9\xff\x00");
    }

    #[test]
    fn contexts_that_join_alike_differ() {
        assert_ne!(context(&[b"ab", b"c"]), context(&[b"a", b"bc"]));
        assert_ne!(context(&[b"a"]), context(&[b"a", b""]));
    }
}
