//! The keys of access tokens as an instance holds them: one that signs, all that verify. Read from the database every
//! few seconds and replaced whole; a request waits for nobody.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sallyport_secrets::SigningKey;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// A ring that was not read anew for so long signs nothing: its key may be retired, and what it signed too late would
/// outlive the key. Well below the time that a retired key still verifies for.
const STALE: Duration = Duration::from_mins(5);
/// However many tokens of unknown keys come: the ring is read anew for them at most this often.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// A public half, and how tokens by it begin.
#[derive(Debug)]
pub(in crate::auth) struct Verifying {
    /// Names the key.
    pub(in crate::auth) kid: String,
    /// The one header that its tokens begin with, encoded.
    pub(in crate::auth) header: String,
    /// Raw.
    pub(in crate::auth) public: [u8; 32],
}

impl Verifying {
    /// Of a raw public key.
    pub(in crate::auth) fn new(public: [u8; 32]) -> Self {
        let kid = sallyport_secrets::signing_key_id(&public);
        Self { header: header_of(&kid), kid, public }
    }
}

/// All keys at one time.
#[derive(Debug)]
pub struct Ring {
    signing: SigningKey,
    header: String,
    verifying: Vec<Verifying>,
    read_at: Instant,
}

impl Ring {
    /// `signing` signs and verifies; the owners of `others` verify only: retired ones, and the next, which another
    /// instance may have made the signing one a moment ago.
    pub fn new(signing: SigningKey, others: impl IntoIterator<Item = [u8; 32]>) -> Self {
        let mut verifying = vec![Verifying::new(signing.public_key())];
        verifying.extend(others.into_iter().map(Verifying::new));
        Self { header: header_of(&signing.key_id()), signing, verifying, read_at: Instant::now() }
    }

    /// The encoded header and the signature of `signed`, which must begin with it.
    pub(in crate::auth) fn sign(&self, signed: &[u8]) -> Result<[u8; 64]> {
        ensure!(self.read_at.elapsed() < STALE, "the ring of token keys could not be read for minutes");
        self.signing.sign(signed).context("a token could not be signed")
    }

    /// What a token that is signed now begins with.
    pub(in crate::auth) fn header(&self) -> &str {
        &self.header
    }

    /// The key whose tokens begin so.
    pub(in crate::auth) fn find(&self, header: &str) -> Option<&Verifying> {
        self.verifying.iter().find(|key| key.header == header)
    }

    /// Those that verify; all are published.
    pub(super) fn verifying(&self) -> &[Verifying] {
        &self.verifying
    }

    #[cfg(test)]
    pub(in crate::auth) fn signing(&self) -> &SigningKey {
        &self.signing
    }
}

/// The ring of this instance.
#[derive(Debug)]
pub(in crate::auth) struct Held {
    ring: RwLock<Arc<Ring>>,
    asked_at: Mutex<Option<Instant>>,
}

impl Held {
    pub(in crate::auth) fn new(ring: Ring) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), asked_at: Mutex::default() }
    }

    /// As it was read last.
    pub(in crate::auth) fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a newer one in its place.
    pub(in crate::auth) fn replace(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Whether this token names a key that could be ours and that is not in the ring, and it is time to look again.
    pub(in crate::auth) fn should_ask(&self, token: &str) -> bool {
        let Some((header, _)) = token.split_once('.') else { return false };
        if !is_header_of_some_key(header) || self.ring().find(header).is_some() {
            return false;
        }
        let mut asked_at = self.asked_at.lock().unwrap_or_else(PoisonError::into_inner);
        let due = asked_at.is_none_or(|at| at.elapsed() >= ASK_AGAIN);
        if due {
            *asked_at = Some(Instant::now());
        }
        due
    }
}

/// The one spelling of the header of a key's tokens, encoded.
pub(in crate::auth) fn header_of(kid: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#))
}

/// Whether it is that spelling for some key id: sixteen hexadecimal digits.
fn is_header_of_some_key(header: &str) -> bool {
    let Ok(text) = URL_SAFE_NO_PAD.decode(header.get(..128).unwrap_or(header)) else { return false };
    let text = String::from_utf8(text).unwrap_or_default();
    let kid = text.rsplit('"').nth(1).unwrap_or_default();
    kid.len() == 16
        && kid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && header_of(kid) == header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j05_unknown_keys_make_the_ring_be_read_once_in_a_while() {
        let held = Held::new(Ring::new(SigningKey::generate().unwrap(), []));
        let own = format!("{}.x.y", held.ring().header());
        assert!(!held.should_ask(&own), "a known key is no reason");
        for header in
            ["", "e30", &header_of("../../dev/null"), &header_of("0123456789ABCDEF"), &"A".repeat(65_536)]
        {
            assert!(!held.should_ask(&format!("{header}.x.y")), "{header:.40} names nothing of ours");
        }
        let unknown = |n: u32| format!("{}.x.y", header_of(&format!("{n:016x}")));
        assert!(held.should_ask(&unknown(0)));
        assert!((1..1000).all(|n| !held.should_ask(&unknown(n))), "the ring is not read for each of them");
    }
}
