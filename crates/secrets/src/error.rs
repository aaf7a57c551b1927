//! What sealing, opening and signing can refuse. No message holds a secret or a part of one.

use crate::keys::KeyId;

/// Why a secret, a key or a signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The sealed bytes end before the shortest that their kind can be.
    #[error("the sealed bytes are cut short: {length} bytes, at least {least} are needed")]
    CutShort {
        /// Length that was given.
        length: usize,
        /// Shortest possible length.
        least: usize,
    },
    /// The first byte names a format of another release.
    #[error("the sealed bytes have format {0}, which this release does not know")]
    UnknownFormat(u8),
    /// The second byte says that these bytes are something else, e.g. a secret where a key belongs.
    #[error("the sealed bytes are of another kind ({0}) than the one asked for")]
    WrongKind(u8),
    /// None of the keys at hand has the id under which the bytes were sealed.
    #[error("sealed under key {0}, which is not loaded here")]
    UnknownKey(KeyId),
    /// The bytes were altered, or belong to another organization, secret, version, field or purpose. AES-GCM
    /// cannot say which.
    #[error("the sealed bytes were altered or belong to another record")]
    Refused,
    /// A secret of one organization was asked of another one's key.
    #[error("the secret belongs to another organization than the key")]
    WrongOrganization,
    /// The current root key cannot be forgotten.
    #[error("root key {0} is the current one: make another key current first")]
    StillCurrent(KeyId),
    /// The opened bytes were asked for as text and are none.
    #[error("the secret is not UTF-8 text")]
    NotText,
    /// The bytes are no Ed25519 private key in PKCS #8.
    #[error("the bytes are not an Ed25519 private key in PKCS #8")]
    NotASigningKey,
    /// The signature is not of this message by this key.
    #[error("the signature does not belong to this message and key")]
    BadSignature,
    /// The cryptographic library gave up: no randomness, no memory, or a value beyond 64 GiB.
    #[error("the cryptographic library failed")]
    Library,
}

impl From<aws_lc_rs::error::Unspecified> for SecretError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Library
    }
}
