//! How people prove who they are.

use serde::Deserialize;
use std::num::NonZeroU16;
use std::path::PathBuf;

/// Section `auth`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// A file of passwords known from breaches, none of which is taken as a new one: SHA-1 hashes in hexadecimal, one a line, sorted, each with an optional `:count` (as haveibeenpwned.com gives them out). Searched where it lies, however big.
    pub breached_passwords: Option<PathBuf>,
    /// How long a password is hashed, in milliseconds on this machine. Measured at each start; `0` measures nothing and takes the least that is safe.
    pub hash_ms: u32,
    /// After so many days another key signs access tokens. Nobody notices: the key before verifies until its last token is dead.
    pub key_rotation_days: NonZeroU16,
}

impl Default for Auth {
    fn default() -> Self {
        Self { breached_passwords: None, hash_ms: 50, key_rotation_days: NonZeroU16::MIN.saturating_add(89) }
    }
}
