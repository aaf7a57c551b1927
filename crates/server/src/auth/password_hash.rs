//! The hash of a password: Argon2id over HMAC-SHA-256, whose key (the pepper) the database has only sealed. Passes are
//! measured at start. Hashes of before go on being verified, and tell that they are to be made anew.

use anyhow::{Context, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hmac;
use sallyport_secrets::Secret;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// With two passes and one lane the first choice of OWASP's password storage cheat sheet for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const LEAST_PASSES: u32 = 2;
/// However quick the machine: sign-ins are not to stand in a queue because one was measured wrongly.
const MOST_PASSES: u32 = 20;
const LANES: u32 = 1;
/// Stands before a PHC string whose password went through the pepper.
const PEPPERED: &str = "hmac1";

/// What came of a check.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// It is the password.
    pub(super) same: bool,
    /// The hash to store instead, where it is and the old hash is not made like this any more.
    pub(super) renewed: Option<String>,
}

/// Hashes and checks. Takes tens of milliseconds and as many mebibytes each time.
#[derive(Debug)]
pub(super) struct Hasher {
    pepper: hmac::Key,
    /// Of new hashes. Never less than any hash that was met, so that one of another, quicker instance takes as long
    /// as none at all.
    passes: AtomicU32,
    /// How long one pass takes when nothing else goes on.
    pass: Duration,
}

impl Hasher {
    /// `pepper` is at least 32 secret bytes. Measures how many passes take `hash_ms`.
    pub(super) fn new(pepper: &[u8], hash_ms: u32) -> Result<Self> {
        let pepper = hmac::Key::new(hmac::HMAC_SHA256, pepper);
        let two = two_passes()?;
        let passes = passes_in(Duration::from_millis(hash_ms.into()), two);
        Ok(Self { pepper, passes: AtomicU32::new(passes), pass: two / LEAST_PASSES })
    }

    /// How long one check takes when nothing else goes on.
    pub(super) fn length(&self) -> Duration {
        self.pass * self.passes()
    }

    /// The hash to store.
    pub(super) fn hash(&self, password: &str) -> Result<String> {
        let hash = argon2(self.passes())?.hash_password(self.peppered(password).expose())?;
        Ok(format!("{PEPPERED}{hash}"))
    }

    /// Whether `password` is the one of `hash`. Takes as long whatever the hash, and without one.
    pub(super) fn verify(&self, password: &str, hash: Option<&str>) -> Result<Verdict> {
        let Some(hash) = hash else {
            burn(self.passes())?;
            return Ok(Verdict { same: false, renewed: None });
        };
        let (phc, peppered) = match hash.strip_prefix(PEPPERED) {
            Some(phc) => (phc, true),
            None => (hash, false),
        };
        let parsed = PasswordHash::new(phc)?;
        let params = Params::try_from(&parsed)?;
        let typed = if peppered { self.peppered(password) } else { Secret::from(password.to_owned()) };
        let same = match argon2(LEAST_PASSES)?.verify_password(typed.expose(), &parsed) {
            Ok(()) => true,
            Err(argon2::password_hash::Error::PasswordInvalid) => false,
            Err(other) => return Err(other.into()),
        };
        let passes = self.passes.fetch_max(params.t_cost().min(MOST_PASSES), Ordering::Relaxed);
        burn(passes.saturating_sub(params.t_cost()))?;
        let as_now = peppered
            && params.t_cost() == self.passes()
            && params.m_cost() == MEMORY_KIB
            && params.p_cost() == LANES;
        Ok(Verdict { same, renewed: if same && !as_now { Some(self.hash(password)?) } else { None } })
    }

    fn passes(&self) -> u32 {
        self.passes.load(Ordering::Relaxed)
    }

    fn peppered(&self, password: &str) -> Secret {
        Secret::from(hmac::sign(&self.pepper, password.as_bytes()).as_ref().to_vec())
    }
}

fn argon2(passes: u32) -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, passes, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Works for nothing, as long as this many passes of a hash take.
fn burn(passes: u32) -> Result<()> {
    if passes > 0 {
        let mut out = [0; 32];
        argon2(passes)?.hash_password_into(b"nobody", b"of no account", &mut out).context("Argon2id")?;
    }
    Ok(())
}

/// How long the shortest hash takes here: the best of three, for the others met somebody else's work.
fn two_passes() -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let began = Instant::now();
        burn(LEAST_PASSES)?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

/// The passes of one hash of this length. `two` is how long two passes take.
fn passes_in(length: Duration, two: Duration) -> u32 {
    let passes = length.as_nanos() * u128::from(LEAST_PASSES) / two.as_nanos().max(1);
    u32::try_from(passes).unwrap_or(MOST_PASSES).clamp(LEAST_PASSES, MOST_PASSES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "verglas mitten orrery 42";

    fn hasher(pepper: u8) -> Hasher {
        Hasher::new(&[pepper; 32], 0).unwrap()
    }

    #[test]
    fn a_hash_is_argon2id_and_good_for_nothing_without_the_pepper() {
        let hash = hasher(1).hash(PASSWORD).unwrap();
        assert!(hash.starts_with("hmac1$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(hasher(1).verify(PASSWORD, Some(&hash)).unwrap(), Verdict { same: true, renewed: None });
        assert!(!hasher(1).verify("another one entirely", Some(&hash)).unwrap().same);
        assert!(!hasher(2).verify(PASSWORD, Some(&hash)).unwrap().same);
        let bare = hash.strip_prefix("hmac1").unwrap();
        assert!(!hasher(1).verify(PASSWORD, Some(bare)).unwrap().same);
        assert!(!hasher(1).verify(PASSWORD, None).unwrap().same);
        assert!(hasher(1).verify(PASSWORD, Some("hmac1 and nothing that can be read")).is_err());
    }

    #[test]
    fn a_hash_of_before_goes_on_and_is_made_anew_when_the_password_is_right() {
        let plain = argon2(2).unwrap().hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let hasher = hasher(1);
        assert_eq!(
            hasher.verify("another one entirely", Some(&plain)).unwrap(),
            Verdict { same: false, renewed: None }
        );
        let verdict = hasher.verify(PASSWORD, Some(&plain)).unwrap();
        assert!(verdict.same);
        let renewed = verdict.renewed.unwrap();
        assert_eq!(hasher.verify(PASSWORD, Some(&renewed)).unwrap(), Verdict { same: true, renewed: None });
    }

    #[test]
    fn passes_only_grow_to_those_of_a_quicker_instance() {
        let (slow, quick) = (hasher(1), hasher(1));
        quick.passes.store(3, Ordering::Relaxed);
        let (of_slow, of_quick) = (slow.hash(PASSWORD).unwrap(), quick.hash(PASSWORD).unwrap());
        assert!(quick.verify(PASSWORD, Some(&of_slow)).unwrap().renewed.unwrap().contains("t=3"));
        assert_eq!(slow.verify(PASSWORD, Some(&of_quick)).unwrap().renewed, None);
        assert!(slow.hash(PASSWORD).unwrap().contains("t=3"));
    }

    #[test]
    fn passes_fill_the_time_and_are_never_too_few_or_too_many() {
        let ms = Duration::from_millis;
        for (length, two, passes) in [
            (50, 25, 4),
            (50, 23, 4),
            (50, 60, 2),
            (50, 0, MOST_PASSES),
            (1, 25, 2),
            (10_000, 25, MOST_PASSES),
        ] {
            assert_eq!(passes_in(ms(length), ms(two)), passes, "{length} {two}");
        }
        let hasher = hasher(7);
        assert_eq!(hasher.length(), hasher.pass * LEAST_PASSES);
        assert!(hasher.pass > Duration::ZERO);
    }
}
