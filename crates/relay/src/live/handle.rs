//! The handle that the server keeps of a live session.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use uuid::Uuid;

use super::attachment::Attachment;
use super::orders::Orders;
use super::{Mode, Person, Reason, TargetEnd, TermSize};
use crate::recording::{RecorderError, Sealed};

/// What a session is at a moment.
#[derive(Debug, Clone)]
pub struct Status {
    /// Its state.
    pub state: State,
    /// The terminal's size.
    pub size: TermSize,
    /// Whether a browser of the owner is attached.
    pub owner_connected: bool,
    /// Those who watch, each person once.
    pub viewers: Arc<[Person]>,
}

/// The states of a session.
#[derive(Debug, Clone)]
pub enum State {
    /// The owner is here.
    Live,
    /// The owner's browser is away; the target goes on.
    Detached,
    /// Input is held.
    Frozen(Reason),
    /// Over for everyone; the recording is being sealed.
    Ending(Reason),
    /// Over, and the recording is closed.
    Ended(Arc<End>),
}

/// How a session ended.
#[derive(Debug)]
pub struct End {
    /// Why.
    pub reason: Reason,
    /// Who ended it, if a person did.
    pub by: Option<Person>,
    /// How the target ended, if it did by itself.
    pub target: Option<TargetEnd>,
    /// The closed recording, or why it could not be closed.
    pub sealed: Result<Sealed, RecorderError>,
}

/// Why an attachment was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// Only the session's owner may control it.
    #[error("only the owner of the session may type in it")]
    NotOwner,
    /// The session is over.
    #[error("the session has ended")]
    Ended,
}

/// A request at the session's door.
#[derive(Debug)]
pub(super) struct Knock {
    pub(super) person: Person,
    pub(super) mode: Mode,
    pub(super) reply: oneshot::Sender<Result<Attachment, AttachError>>,
}

/// A live session, from outside. Cheap to clone; holding one keeps nothing alive.
#[derive(Debug, Clone)]
pub struct SessionHandle {
    pub(super) id: Uuid,
    pub(super) owner: Person,
    pub(super) lease_stale: Duration,
    pub(super) orders: Arc<Orders>,
    pub(super) door: mpsc::Sender<Knock>,
    pub(super) status: watch::Receiver<Status>,
}

impl SessionHandle {
    /// The session's id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Whose session it is.
    pub fn owner(&self) -> &Person {
        &self.owner
    }

    /// Lets a client in. The caller has already decided that `person` may do `mode`; here only the
    /// owner gets control. An earlier control attachment is closed as taken over.
    pub async fn attach(&self, person: Person, mode: Mode) -> Result<Attachment, AttachError> {
        let (reply, answer) = oneshot::channel();
        self.door.send(Knock { person, mode, reply }).await.map_err(|_| AttachError::Ended)?;
        answer.await.unwrap_or(Err(AttachError::Ended))
    }

    /// Extends the lease: at `asked_at` the truth was asked, and it allowed the session.
    /// Give the moment *before* the question was sent. Cheap enough for every session four times a second.
    pub fn renew(&self, asked_at: Instant) {
        self.orders.renew(asked_at, self.lease_stale);
    }

    /// Says when the session will end if nothing changes (a grant's expiry), or that it no longer will.
    /// Clients are warned before; the session ends at that moment even if nobody asks again.
    pub fn set_ends_at(&self, ends_at: Option<(Instant, Reason)>) {
        self.orders.ends_at(ends_at);
    }

    /// The lease is withdrawn: input is dead from this call on, clients are told why, all is closed.
    pub fn revoke(&self, reason: Reason) {
        self.orders.end(reason, None);
    }

    /// Ends the session as `by` wished. The first end counts; later ones change nothing.
    pub fn end(&self, reason: Reason, by: Option<Person>) {
        self.orders.end(reason, by);
    }

    /// Holds input until [`thaw`](Self::thaw); the session stays.
    pub fn freeze(&self, reason: Reason) {
        self.orders.hold(Some(reason));
    }

    /// Lets input through again, unless the lease is stale too.
    pub fn thaw(&self) {
        self.orders.hold(None);
    }

    /// Closes every watching attachment of this person.
    pub fn expel(&self, person: Uuid) {
        self.orders.expel(person);
    }

    /// The session as it is now.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Follows the session's changes.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Waits until the session is over and its recording closed. `None` only if its task was killed.
    pub async fn ended(&self) -> Option<Arc<End>> {
        let mut status = self.status.clone();
        let status = status.wait_for(|status| matches!(status.state, State::Ended(_))).await.ok()?;
        match &status.state {
            State::Ended(end) => Some(Arc::clone(end)),
            _ => None,
        }
    }
}
