//! Tokens that say nothing: 32 random bytes for the bearer, their SHA-256 for the database. For refresh tokens
//! and one-time links.

use super::CsrfKey;
use anyhow::Result;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sallyport_secrets::Secret;

const BYTES: usize = 32;

/// A new token.
#[derive(Debug)]
pub struct OpaqueToken {
    text: Secret,
    hash: Vec<u8>,
}

impl OpaqueToken {
    /// Makes one.
    pub fn new() -> Result<Self> {
        Ok(Self::of(Secret::random(BYTES)?.expose()))
    }

    /// The one that follows on `presented`: always the same, and nobody else can tell which.
    pub fn after(presented: &str, key: &CsrfKey) -> Self {
        Self::of(&key.sign(&[b"refresh token after ".as_slice(), presented.as_bytes()].concat()))
    }

    fn of(bytes: &[u8]) -> Self {
        Self { text: Secret::from(URL_SAFE_NO_PAD.encode(bytes)), hash: hash(bytes) }
    }

    /// For the bearer, once.
    pub fn reveal(&self) -> Result<String> {
        Ok(self.text.expose_str()?.to_owned())
    }

    /// For the database.
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }
}

/// What the database knows a presented token by; none when it cannot be one of ours.
pub fn hash_of(presented: &str) -> Option<Vec<u8>> {
    if presented.len() != BYTES * 4 / 3 + 1 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(presented).ok().filter(|bytes| bytes.len() == BYTES)?;
    Some(hash(&bytes))
}

/// The same of other bytes that nobody can guess.
pub fn hash_bytes(bytes: &[u8]) -> Vec<u8> {
    hash(bytes)
}

/// The bytes are uniformly random, so a slow hash would add nothing.
fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t07_a_changed_token_is_another_one_or_none() {
        let token = OpaqueToken::new().unwrap();
        let text = token.reveal().unwrap();
        assert_eq!(hash_of(&text).as_deref(), Some(token.hash()));
        for other in [
            text[..42].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            format!(" {text}"),
            String::new(),
            "é".repeat(21),
        ] {
            assert_eq!(hash_of(&other), None, "{other}");
        }
        let swapped: String = text
            .chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect();
        assert_ne!(hash_of(&swapped).as_deref(), Some(token.hash()));
        // The last character carries two bits that belong to no byte: a second spelling must not exist.
        let spellings = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
        let same = spellings
            .filter(|last| hash_of(&format!("{}{last}", &text[..42])).as_deref() == Some(token.hash()));
        assert_eq!(same.count(), 1);
    }
}
