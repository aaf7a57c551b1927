//! The root key: everything sealed hangs on it. Where it is kept on disk is in `root_file.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::SecretError;
use crate::keys::{KEY, Key, KeyId};
use crate::root_file::RootKeyError;

/// Length of the key as base64 text.
pub(crate) const TEXT: usize = 44;

/// The key at the top. Wiped when dropped; it cannot be copied or printed.
pub struct RootKey {
    id: KeyId,
    key: Key,
}

impl RootKey {
    /// A new random key, kept nowhere.
    pub fn generate() -> Result<Self, SecretError> {
        Self::new(Key::generate()?)
    }

    /// The key from its base64 text (standard alphabet, 44 characters; space around it is dropped), as the
    /// configuration gives it and as the key's file holds it.
    pub fn from_base64(text: &str) -> Result<Self, RootKeyError> {
        let text = text.trim_ascii();
        if text.len() != TEXT {
            return Err(RootKeyError::WrongLength { length: text.len() });
        }
        let key = Key::fill(|bytes| {
            // The decoder asks for room for the longest that 44 characters can be.
            let mut decoded = Zeroizing::new([0; KEY + 1]);
            let length =
                STANDARD.decode_slice(text, decoded.as_mut_slice()).map_err(|_| RootKeyError::NotBase64)?;
            let (key, _) = decoded.split_first_chunk::<KEY>().ok_or(RootKeyError::NotBase64)?;
            if length != KEY {
                return Err(RootKeyError::NotBase64);
            }
            if key.iter().all(|byte| Some(byte) == key.first()) {
                return Err(RootKeyError::Placeholder);
            }
            bytes.copy_from_slice(key);
            Ok(())
        })?;
        Ok(Self::new(key)?)
    }

    /// The key's name: the same wherever this key is loaded.
    pub fn id(&self) -> KeyId {
        self.id
    }

    fn new(key: Key) -> Result<Self, SecretError> {
        Ok(Self { id: key.derive_id()?, key })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn to_base64(&self) -> Result<Zeroizing<[u8; TEXT]>, SecretError> {
        let mut text = Zeroizing::new([0; TEXT]);
        STANDARD.encode_slice(self.key.as_bytes(), text.as_mut_slice()).map_err(|_| SecretError::Library)?;
        Ok(text)
    }
}
