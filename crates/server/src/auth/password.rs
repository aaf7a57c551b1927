//! Passwords: what one must be, and its Argon2id hash, made and checked by a bounded number of workers.

use crate::error::{ApiError, Result};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::http::StatusCode;
use sallyport_secrets::Secret;
use serde::{Deserialize, Deserializer};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use unicode_normalization::UnicodeNormalization as _;

/// 19 MiB, two passes, one lane: the first choice of OWASP's password storage cheat sheet for Argon2id. 23 ms
/// on one core here, so that a guess costs a cracker and a sign-in costs nobody.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Longer input is refused before any work is done with it.
const MAX_BYTES: usize = 256;
/// Who comes when this many wait for a worker is asked to come again: about two seconds of work.
const MAX_WAITING: usize = 160;
/// Sign-ins that speak to the database at once: few of the system's connections, so that a rush of them leaves the
/// others to those who are in already.
const MAX_TURNS: usize = 2;

/// A password as typed: NFKC (RFC 8265 has the reason: one text, however a keyboard composes it), wiped when
/// dropped, silent when printed.
#[derive(Debug)]
pub struct Password(Option<Secret>);

impl Password {
    /// The normal form of `typed`. Of what is too long nothing is kept, and nothing is done with it.
    pub fn new(typed: &str) -> Self {
        let fits = typed.len() <= MAX_BYTES;
        Self(fits.then(|| Secret::from(typed.nfkc().collect::<String>())))
    }

    /// Refuses what was too long, before any work; `field` is its name in the request.
    pub(super) fn check_length(&self, field: &str) -> Result<()> {
        match self.0 {
            Some(_) => Ok(()),
            None => Err(ApiError::invalid(field, format!("it must have at most {MAX_BYTES} bytes"))),
        }
    }

    /// The normal form; empty, which no password is, when it was too long.
    pub(super) fn expose(&self) -> &str {
        self.0.as_ref().and_then(|text| text.expose_str().ok()).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(Secret::from(String::deserialize(deserializer)?).expose_str().unwrap_or_default()))
    }
}

/// The workers that hash.
#[derive(Debug)]
pub struct Passwords {
    argon2: Argon2<'static>,
    seats: Arc<Semaphore>,
    workers: Arc<Semaphore>,
    turns: Semaphore,
    /// The hash of a password that nobody knows; checked where there is none, so that it takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// One worker a core.
    pub fn new() -> anyhow::Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = argon2.hash_password(Secret::random(32)?.expose())?.to_string().into();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (seats, workers) = (Semaphore::new(cores + MAX_WAITING), Semaphore::new(cores));
        let turns = Semaphore::new(MAX_TURNS);
        Ok(Self { argon2, seats: Arc::new(seats), workers: Arc::new(workers), turns, nobody })
    }

    /// Taken before anything else is done for a stranger, held until the end; refused when too many sit.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| busy())
    }

    /// Held while the database is spoken to in a sign-in.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        Ok(self.turns.acquire().await.map_err(anyhow::Error::from)?)
    }

    /// The hash to store, as a PHC string. Check the rules before.
    pub async fn hash(&self, password: Password) -> Result<String> {
        let argon2 = self.argon2.clone();
        let hash = self.work(move || argon2.hash_password(password.expose().as_bytes())).await?;
        Ok(hash.map_err(anyhow::Error::from)?.to_string())
    }

    /// Whether `password` is the one of `hash`. Without a hash it takes as long and is not.
    pub async fn verify(&self, password: Password, hash: Option<&str>) -> Result<bool> {
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| Arc::clone(&self.nobody), Arc::from);
        let argon2 = self.argon2.clone();
        let same = self
            .work(move || {
                let hash = PasswordHash::new(&hash)?;
                match argon2.verify_password(password.expose().as_bytes(), &hash) {
                    Ok(()) => Ok(true),
                    Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                    Err(other) => Err(anyhow::Error::from(other)),
                }
            })
            .await??;
        Ok(known && same)
    }

    /// Runs `job` on a worker thread when it is its turn. A client that goes away does not free the worker
    /// before the job is done: its permit goes with the job.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let worker = Arc::clone(&self.workers).acquire_owned().await.map_err(anyhow::Error::from)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = job();
            drop(worker);
            done
        });
        Ok(done.await.map_err(anyhow::Error::from)?)
    }
}

fn busy() -> ApiError {
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        "Too many people sign in at this moment. Try again in a few seconds.",
    );
    error.retry_after_s = Some(3);
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn p11_either_spelling_of_a_text_is_the_same_password() {
        let passwords = Passwords::new().unwrap();
        let long = "🛶 paddle by the ".repeat(8);
        for (composed, decomposed) in [
            ("caf\u{e9} au lait, s'il vous pla\u{ee}t", "cafe\u{301} au lait, s'il vous plai\u{302}t"),
            ("ﬁve ﬁne ﬂags ﬂutter", "five fine flags flutter"),
            (long.as_str(), long.as_str()),
        ] {
            let hash = passwords.hash(Password::new(composed)).await.unwrap();
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            assert!(passwords.verify(Password::new(decomposed), Some(&hash)).await.unwrap());
            assert!(!passwords.verify(Password::new("another one entirely"), Some(&hash)).await.unwrap());
            assert!(!passwords.verify(Password::new(composed), None).await.unwrap());
        }
        let read = |bytes: usize| serde_json::from_value::<Password>("x".repeat(bytes).into()).unwrap();
        assert!(read(256).check_length("password").is_ok());
        assert_eq!(read(257).check_length("password").unwrap_err().code, "invalid_input");
    }

    #[tokio::test]
    async fn m16_who_comes_when_all_seats_are_taken_is_asked_to_come_again() {
        let passwords = Passwords::new().unwrap();
        let room = MAX_WAITING + std::thread::available_parallelism().unwrap().get();
        let seated: Vec<_> = (0..room).map(|_| passwords.seat().unwrap()).collect();
        for _ in 0..5000 {
            let refusal = passwords.seat().unwrap_err();
            assert_eq!((refusal.code, refusal.retry_after_s), ("rate_limited", Some(3)));
        }
        drop(seated);
        assert!(passwords.seat().is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn m16_no_more_than_a_worker_a_core_works_at_once() {
        let passwords = Arc::new(Passwords::new().unwrap());
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs: Vec<_> = (0..50)
            .map(|_| {
                let (passwords, now, most) = (Arc::clone(&passwords), Arc::clone(&now), Arc::clone(&most));
                let job = move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    now.fetch_sub(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { passwords.work(job).await })
            })
            .collect();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert!(most.load(Ordering::SeqCst) <= std::thread::available_parallelism().unwrap().get());
    }
}
