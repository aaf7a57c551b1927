//! Ed25519 keys for access tokens and recording manifests: made here, stored sealed, used without leaving.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};

use crate::error::SecretError;
use crate::secret::Secret;
use crate::vault::Vault;

/// A private Ed25519 key (RFC 8032). AWS-LC wipes it when it is dropped; `Debug` prints the key id.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

impl SigningKey {
    /// A new random key.
    pub fn generate() -> Result<Self, SecretError> {
        Self::new(Ed25519KeyPair::generate()?)
    }

    /// The key that [`to_sealed`](Self::to_sealed) gave for this purpose.
    pub fn from_sealed(vault: &Vault, purpose: &str, sealed: &[u8]) -> Result<Self, SecretError> {
        let der = vault.open_server(purpose, sealed)?;
        Self::new(Ed25519KeyPair::from_pkcs8(der.expose()).map_err(|_| SecretError::NotASigningKey)?)
    }

    /// The private key as a server secret, to be stored.
    pub fn to_sealed(&self, vault: &Vault, purpose: &str) -> Result<Vec<u8>, SecretError> {
        vault.seal_server(purpose, self.pair.to_pkcs8v1()?.as_ref())
    }

    /// Signs the message.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], SecretError> {
        self.pair.try_sign(message)?.as_ref().try_into().map_err(|_| SecretError::Library)
    }

    /// The raw public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.public
    }

    /// See [`signing_key_id`].
    pub fn key_id(&self) -> String {
        signing_key_id(&self.public)
    }

    /// The private key in PKCS #8 (RFC 8410), for a library that must hold the key itself. Its copy is not
    /// wiped: prefer [`sign`](Self::sign).
    pub fn pkcs8_der(&self) -> Result<Secret, SecretError> {
        Ok(Secret::from(self.pair.to_pkcs8v1()?.as_ref().to_vec()))
    }

    fn new(pair: Ed25519KeyPair) -> Result<Self, SecretError> {
        let public = pair.public_key().as_ref().try_into().map_err(|_| SecretError::Library)?;
        Ok(Self { pair, public })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.key_id())
    }
}

/// The first 16 hex digits of SHA-256 over the raw public key: the `kid` of tokens and manifests.
pub fn signing_key_id(public_key: &[u8; 32]) -> String {
    let hash = digest(&SHA256, public_key);
    hash.as_ref().first_chunk::<8>().map(hex::encode).unwrap_or_default()
}

/// Whether `signature` is of `message` by the owner of `public_key`; [`SecretError::BadSignature`] if not.
pub fn verify(public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<(), SecretError> {
    ParsedPublicKey::new(&ED25519, public_key)
        .map_err(|_| SecretError::BadSignature)?
        .verify_sig(message, signature)
        .map_err(|_| SecretError::BadSignature)
}
