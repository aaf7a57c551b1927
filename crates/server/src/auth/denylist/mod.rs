//! Access tokens of ours that are dead for good although their time is not over: signed out, replaced, of a person
//! whose password is another. The database said so once; from then on they are refused without asking it again, by
//! every instance that heard of it. An entry only ever repeats what the database said, so losing all of them, or
//! getting old ones back, changes no decision.

mod carry;

pub use carry::keep_carrying;

use super::store;
use super::tokens::{ACCESS_LIFE, AccessClaims};
use crate::app::App;
use crate::ids::OrganizationId;
use aws_lc_rs::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Tokens at most. Beyond, the database is asked, as for every other.
const MOST: usize = 50_000;
/// Longer than any token that one instance still takes and another made.
const KEPT: Duration = Duration::from_secs(ACCESS_LIFE.num_seconds().unsigned_abs() + 60);
/// News that wait for a slow line to the others; the oldest is dropped.
const WAITING: usize = 1024;

/// Stands for one token; SHA-256.
type Fingerprint = [u8; 32];

/// What one instance tells the others: a token of somebody in this organization is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Death {
    org_id: OrganizationId,
    token: Fingerprint,
}

/// The tokens that this instance has heard of.
#[derive(Debug)]
pub struct Denylist {
    dead: Mutex<HashMap<Fingerprint, Instant>>,
    news: broadcast::Sender<Death>,
}

impl Default for Denylist {
    fn default() -> Self {
        Self { dead: Mutex::default(), news: broadcast::channel(WAITING).0 }
    }
}

impl Denylist {
    /// Whether it is known that this token is dead.
    pub fn holds(&self, token: &str) -> bool {
        let dead = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
        dead.get(&fingerprint(token)).is_some_and(|since| since.elapsed() < KEPT)
    }

    fn add(&self, token: Fingerprint) {
        let mut dead = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
        if dead.len() >= MOST {
            dead.retain(|_, since| since.elapsed() < KEPT);
        }
        if dead.len() < MOST {
            dead.insert(token, Instant::now());
        }
    }
}

/// After the database knew no caller by a token of ours: if that will never change, it is remembered and told.
pub(crate) async fn learn(app: &App, claims: &AccessClaims, token: &str) {
    match find_death(app, claims).await {
        Ok(Some(org_id)) => {
            let death = Death { org_id, token: fingerprint(token) };
            app.denylist.add(death.token);
            // Nobody listens where there is no Redis.
            drop(app.denylist.news.send(death));
        }
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "a refused token was not looked at again"),
    }
}

async fn find_death(app: &App, claims: &AccessClaims) -> crate::error::Result<Option<OrganizationId>> {
    let mut tx = app.db.unscoped("look whether a refused token is dead for good").await?;
    let found = store::find_dead(tx.conn(), claims.handle(), claims.epoch()).await?;
    tx.commit_unaudited("only read; the refusal goes into the log with the answer").await?;
    Ok(found)
}

fn fingerprint(token: &str) -> Fingerprint {
    digest(&SHA256, token.as_bytes()).as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_it_heard_of_and_forgets_no_token_for_a_flood_of_others() {
        let list = Denylist::default();
        list.add(fingerprint("one"));
        assert!(list.holds("one") && !list.holds("two"));
        for number in 0..MOST + 10 {
            list.add(fingerprint(&number.to_string()));
        }
        assert!(list.holds("one") && list.holds("0"));
        assert_eq!(list.dead.lock().unwrap().len(), MOST);
    }
}
