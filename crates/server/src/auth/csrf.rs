//! Keyed hashes (HMAC-SHA-256): the same on every instance, by keys that are stored sealed.

use aws_lc_rs::hmac;

/// Signs what comes back to us: from browsers a session's id (its CSRF token), and that somebody signed in with them
/// before; from other instances that a token is dead.
#[derive(Debug)]
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// From at least 32 secret bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The tag of `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, message).as_ref().to_vec()
    }

    /// Whether `tag` is that of `message`, in constant time.
    pub fn holds(&self, message: &[u8], tag: &[u8]) -> bool {
        hmac::verify(&self.0, message, tag).is_ok()
    }
}

/// Stands in for addresses that people tried to sign in as: counted and logged without being kept.
#[derive(Debug)]
pub struct PseudonymKey(hmac::Key);

impl PseudonymKey {
    /// From at least 32 secret bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Always the same for `text`, and of no use without the key.
    pub fn of(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.0, text.as_bytes()).as_ref().to_vec()
    }
}
