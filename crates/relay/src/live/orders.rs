//! What the outside wants of a session: its lease, holds, its end. Set without waiting, from any task;
//! the session reads them before each thing it does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Person, Reason};

/// Standing orders to one session.
#[derive(Debug)]
pub(super) struct Orders {
    state: Mutex<Standing>,
    pub(super) wake: Arc<Notify>,
}

/// The orders that stand at this moment.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// The first end that was ordered, and by whom.
    pub(super) end: Option<(Reason, Option<Person>)>,
    /// Input is held for this reason until thawed.
    pub(super) hold: Option<Reason>,
    /// When the truth that last allowed the session was asked.
    pub(super) renewed_at: Instant,
    /// When, and with what words, the session ends if nothing changes (a grant's expiry).
    pub(super) ends_at: Option<(Instant, Reason)>,
    /// People whose looking ends now.
    pub(super) expelled: Vec<Uuid>,
}

impl Orders {
    pub(super) fn new() -> Self {
        let standing = Standing {
            end: None,
            hold: None,
            renewed_at: Instant::now(),
            ends_at: None,
            expelled: Vec::new(),
        };
        Self { state: Mutex::new(standing), wake: Arc::new(Notify::new()) }
    }

    /// Whether something typed may still be sent, asked at the last moment before it is.
    pub(super) fn allow_input(&self) -> bool {
        let state = self.lock();
        state.end.is_none() && state.hold.is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The orders as they stand; expulsions are handed out once.
    pub(super) fn read(&self) -> Standing {
        let mut state = self.lock();
        let expelled = std::mem::take(&mut state.expelled);
        Standing { expelled, ..state.clone() }
    }

    pub(super) fn end(&self, reason: Reason, by: Option<Person>) {
        self.lock().end.get_or_insert((reason, by));
        self.wake.notify_one();
    }

    pub(super) fn hold(&self, reason: Option<Reason>) {
        self.lock().hold = reason;
        self.wake.notify_one();
    }

    /// Does not wake the session: it looks again when the last renewal it knows of grows stale, and
    /// thousands of sessions are renewed four times a second. The exception is one that has grown stale.
    pub(super) fn renew(&self, asked_at: Instant, fresh_for: Duration) {
        let mut state = self.lock();
        let was_stale = state.renewed_at + fresh_for <= Instant::now();
        state.renewed_at = state.renewed_at.max(asked_at);
        drop(state);
        if was_stale {
            self.wake.notify_one();
        }
    }

    pub(super) fn ends_at(&self, ends_at: Option<(Instant, Reason)>) {
        let mut state = self.lock();
        if state.ends_at != ends_at {
            state.ends_at = ends_at;
            drop(state);
            self.wake.notify_one();
        }
    }

    pub(super) fn expel(&self, person: Uuid) {
        self.lock().expelled.push(person);
        self.wake.notify_one();
    }
}
