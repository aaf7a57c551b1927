//! The live sessions of this gateway.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::session::{Session, SessionSpec};
use super::{Reason, SessionHandle, TargetIo};
use crate::recording::Recorder;

/// The live sessions of this gateway, by id. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    sessions: Arc<Mutex<HashMap<Uuid, SessionHandle>>>,
}

impl Registry {
    /// Starts a session over a target whose terminal is open and a recorder that has begun.
    /// It leaves the registry by itself when it has ended and its recording is closed.
    ///
    /// The owner has [`resume`](super::Limits::resume) to attach, and the lease counts as renewed now.
    pub fn start(&self, spec: SessionSpec, recorder: Recorder, target: TargetIo) -> SessionHandle {
        let id = spec.id;
        let (session, inlets, handle) = Session::new(spec, recorder, target);
        self.lock().insert(id, handle.clone());
        let entry = Entry { registry: self.clone(), id };
        tokio::spawn(async move {
            // Taken out even if the task panics.
            let _entry = entry;
            session.run(inlets).await;
        });
        handle
    }

    /// The session of this id, if it lives here.
    pub fn find(&self, id: Uuid) -> Option<SessionHandle> {
        self.lock().get(&id).cloned()
    }

    /// All sessions that live here.
    pub fn list(&self) -> Vec<SessionHandle> {
        self.lock().values().cloned().collect()
    }

    /// How many sessions live here.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Ends every session and waits until their recordings are closed.
    pub async fn end_all(&self, reason: &Reason) {
        let sessions = self.list();
        for session in &sessions {
            session.end(reason.clone(), None);
        }
        for session in sessions {
            session.ended().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, SessionHandle>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a session out of the registry when its task is over.
struct Entry {
    registry: Registry,
    id: Uuid,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.registry.lock().remove(&self.id);
    }
}
