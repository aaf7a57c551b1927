//! Sealing and the key hierarchy: the only place where a secret is open.
//!
//! ```text
//!   root key            32 bytes in a file of mode 0600, or given by the configuration
//!      │ seals
//!      ├──────────────────────────► server secret    token signing key, HMAC key … (by purpose)
//!      ▼
//!   organization key    32 random bytes per organization; stored sealed, in the organization's row
//!      │ seals
//!      ▼
//!   data key            32 random bytes per secret version; stored sealed, before the value
//!      │ seals
//!      ▼
//!   value               a password, a private key, a passphrase …
//! ```
//!
//! # What this answers
//! - **The database or a backup is stolen.** It holds sealed bytes only; the root key is elsewhere.
//! - **Rows are changed or moved.** Every layer authenticates what it is and where it belongs: format
//!   version, purpose, id of the sealing key, organization, secret, version and field. Bytes copied to another
//!   organization, secret, version or field are refused as if they were altered.
//! - **An organization leaves.** Without the sealed bytes of its key nothing of it opens again. A backup
//!   taken earlier still has those bytes: until the root key is rotated and the old one is destroyed
//!   ([`Vault::forget`]), or the backup has expired, whoever holds both can open them.
//! - **The root key may be known to somebody.** [`Vault::admit`] a new one, [`Vault::make_current`],
//!   rewrap the organization keys and server secrets (their plain bytes stay the same, no secret is touched),
//!   [`Vault::forget`] the old. Nothing stops meanwhile. An organization key that may be known is answered by
//!   a new one and [`OrganizationKey::rewrap`].
//!
//! # What it does not answer
//! - Who can write to the database *and* holds an older sealed version of the same secret can put back the
//!   version number together with the bytes. The audit log shows it; this crate cannot.
//! - Who can read this process's memory while a secret is open. Keys and secrets are wiped when they are
//!   dropped, and AES and HKDF state is wiped by AWS-LC, but registers, stack slots that the compiler spilled
//!   to, and copies made by whoever called [`Secret::expose`] are not. Pages are not locked (this workspace
//!   forbids `unsafe`): run with encrypted swap or none, and with core dumps off.
//!
//! # Sealed bytes, format 1
//! ```text
//!   organization key   1 | 1 | id of the root key (16)         | box of 32 bytes
//!   secret             1 | 2 | id of the organization key (16) | box of the data key, 32 bytes | box of the value
//!   server secret      1 | 3 | id of the root key (16)         | box of the value
//!
//!   box                salt (32) | AES-256-GCM ciphertext | tag (16)
//!                      key (32) and nonce (12) = HKDF-SHA-256(salt, sealing key, "sallyport box 1")
//!   key id             HKDF-SHA-256("sallyport key id", key, "1"), 16 bytes
//! ```
//! Associated data, each part behind its length in 8 bytes so that no two lists read the same:
//! ```text
//!   organization key   "sallyport organization key", format, id of the root key, organization
//!   data key           "sallyport secret data key", format, id of the organization key, organization, secret,
//!                      version (8), field
//!   value              "sallyport secret value", format, "", organization, secret, version (8), field
//!   server secret      "sallyport server secret", format, id of the root key, purpose
//! ```
//! The value names no key, since its data key seals nothing else; so an organization's key can be exchanged
//! without opening a value.
//!
//! # Why no nonce comes twice
//! A random 96-bit nonce under one long-lived key is sound for 2^32 boxes only (NIST SP 800-38D, 8.3). So no
//! long-lived key is ever given to AES: each box has a fresh random salt of 256 bits, and both the AES key and
//! the nonce are derived from it. Two boxes share a key only if two salts collide, which is expected after
//! 2^128 boxes; each derived key encrypts exactly one message.
//!
//! # At start
//! [`RootKey::load_or_create`] while the database holds nothing sealed, [`RootKey::load`] ever after: a lost key
//! must be an error, not a new key. Back the file up apart from the database; its one line is also what
//! [`RootKey::from_base64`] takes.
//!
//! # Where a secret is read
//! [`Secret::expose`] and [`Secret::expose_str`] are the only ways to the bytes: search for `.expose` to find
//! every use.

mod error;
mod keys;
mod organization;
mod root;
mod root_file;
mod sealed;
mod secret;
mod signing;
mod vault;

pub use error::SecretError;
pub use keys::KeyId;
pub use organization::{OrganizationKey, SecretRef};
pub use root::RootKey;
pub use root_file::RootKeyError;
pub use secret::Secret;
pub use signing::{SigningKey, signing_key_id, verify};
pub use vault::Vault;
