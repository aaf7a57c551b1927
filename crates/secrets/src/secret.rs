//! A value that is open: wiped when dropped, silent when printed.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::SecretError;

/// An open secret. It has no `Clone`, no `Display` and no serialization; `Debug` prints `[secret]`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The bytes. Keep the borrow short and copy nothing.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text; [`SecretError::NotText`] when they are not UTF-8.
    pub fn expose_str(&self) -> Result<&str, SecretError> {
        std::str::from_utf8(&self.0).map_err(|_| SecretError::NotText)
    }

    /// `length` fresh random bytes, e.g. an HMAC key.
    pub fn random(length: usize) -> Result<Self, SecretError> {
        let mut secret = Self::zeroed(length);
        aws_lc_rs::rand::fill(secret.as_mut())?;
        Ok(secret)
    }

    /// Room of exactly `length` bytes, so that filling it never leaves a copy behind in a reallocation.
    pub(crate) fn zeroed(length: usize) -> Self {
        Self(vec![0; length])
    }

    pub(crate) fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// Takes the buffer over: it is wiped with the secret.
impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// Takes the buffer over: it is wiped with the secret.
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}
