//! Passwords as typed, and the bounded number of workers that hash and check them.

use super::password_hash::{Hasher, Verdict};
use super::password_lists::Lists;
use crate::config::Auth;
use crate::error::{ApiError, Result};
use axum::http::StatusCode;
use sallyport_secrets::Secret;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::Instant;
use unicode_normalization::UnicodeNormalization as _;

/// Longer input is refused before any work is done with it.
const MAX_BYTES: usize = 256;
/// Who comes when this many wait for a worker is asked to come again: about two seconds of work.
const MAX_WAITING: usize = 160;
/// Sign-ins that speak to the database at once: few of the system's connections, so that a rush of them leaves the
/// others to those who are in already.
const MAX_TURNS: usize = 2;

/// What a wrong try does besides checking the password takes less, unless the machine is busy.
const BESIDES: Duration = Duration::from_millis(20);

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

    /// For a sign-in: what is no text is nobody's password, refused like any wrong one.
    pub(super) fn whatever_it_is<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whatever)
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

/// Reads a password, or what stands in its place.
struct Whatever;

/// No password is empty.
fn nobodys() -> Password {
    Password::new("")
}

impl<'de> Visitor<'de> for Whatever {
    type Value = Password;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a password")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Password, E> {
        Ok(Password::new(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Password, E> {
        Ok(Password::new(Secret::from(text).expose_str().unwrap_or_default()))
    }

    fn visit_unit<E: Error>(self) -> Result<Password, E> {
        Ok(nobodys())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Password, E> {
        Ok(nobodys())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Password, E> {
        Ok(nobodys())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Password, E> {
        Ok(nobodys())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Password, E> {
        Ok(nobodys())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Password, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(nobodys())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Password, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(nobodys())
    }
}

/// The workers that hash, and what they know.
#[derive(Debug)]
pub struct Passwords {
    hasher: Arc<Hasher>,
    lists: Arc<Lists>,
    seats: Arc<Semaphore>,
    workers: Arc<Semaphore>,
    turns: Semaphore,
}

impl Passwords {
    /// One worker a core. `pepper` is at least 32 secret bytes; without the same ones no password is right any more.
    pub fn new(config: &Auth, pepper: &[u8]) -> anyhow::Result<Self> {
        let hasher = Hasher::new(pepper, config.hash_ms)?;
        let lists = Lists::load(config.breached_passwords.as_deref())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (seats, workers) = (Semaphore::new(cores + MAX_WAITING), Semaphore::new(cores));
        Ok(Self {
            hasher: Arc::new(hasher),
            lists: Arc::new(lists),
            seats: Arc::new(seats),
            workers: Arc::new(workers),
            turns: Semaphore::new(MAX_TURNS),
        })
    }

    /// Taken before anything else is done for a stranger, held until the end; refused when too many sit.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| busy())
    }

    /// Held while the database is spoken to in a sign-in.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        Ok(self.turns.acquire().await.map_err(anyhow::Error::from)?)
    }

    /// Waits until a wrong try that came at `begun` may be answered. What is known and what is not make small
    /// differences in the work (a row that is read, a longer entry of the log): they end before this does.
    pub(super) async fn even_out(&self, begun: Instant) {
        let length = self.hasher.length();
        tokio::time::sleep_until(begun + length + length / 2 + BESIDES).await;
    }

    /// The hash to store. Check the rules before.
    pub async fn hash(&self, password: Password) -> Result<String> {
        let hasher = Arc::clone(&self.hasher);
        Ok(self.work(move || hasher.hash(password.expose())).await??)
    }

    /// Whether `password` is the one of `hash`. Without a hash it takes as long and is not.
    pub async fn verify(&self, password: Password, hash: Option<&str>) -> Result<bool> {
        Ok(self.verify_and_renew(password, hash).await?.same)
    }

    /// The same, and the hash to store from now on, where the one that is stored was made as it is not made any more.
    pub(super) async fn verify_and_renew(&self, password: Password, hash: Option<&str>) -> Result<Verdict> {
        let hasher = Arc::clone(&self.hasher);
        let hash = hash.map(str::to_owned);
        Ok(self.work(move || hasher.verify(password.expose(), hash.as_deref())).await??)
    }

    /// Whether `password` is the one of any of these hashes; gives it back.
    pub(super) async fn is_any_of(
        &self,
        password: Password,
        earlier: Vec<String>,
    ) -> Result<(Password, bool)> {
        let hasher = Arc::clone(&self.hasher);
        let checked = self.work(move || {
            for hash in &earlier {
                if hasher.verify(password.expose(), Some(hash))?.same {
                    return anyhow::Ok((password, true));
                }
            }
            Ok((password, false))
        });
        Ok(checked.await??)
    }

    /// Passwords that others chose before.
    pub(super) fn lists(&self) -> Arc<Lists> {
        Arc::clone(&self.lists)
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

    fn passwords() -> Passwords {
        Passwords::new(&Auth { hash_ms: 0, ..Auth::default() }, &[7; 32]).unwrap()
    }

    #[tokio::test]
    async fn p11_either_spelling_of_a_text_is_the_same_password() {
        let passwords = passwords();
        let long = "🛶 paddle by the ".repeat(8);
        for (composed, decomposed) in [
            ("caf\u{e9} au lait, s'il vous pla\u{ee}t", "cafe\u{301} au lait, s'il vous plai\u{302}t"),
            ("ﬁve ﬁne ﬂags ﬂutter", "five fine flags flutter"),
            (long.as_str(), long.as_str()),
        ] {
            let hash = passwords.hash(Password::new(composed)).await.unwrap();
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
        let passwords = passwords();
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
        let passwords = Arc::new(passwords());
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
