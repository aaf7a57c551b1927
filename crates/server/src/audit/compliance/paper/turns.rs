//! Whose turn it is: one report is set at a time, and nobody waits with two.

use crate::error::{ApiError, Result};
use crate::ids::UserId;
use axum::http::StatusCode;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Everybody who waits for a report, or has one set at the moment.
#[derive(Debug)]
pub struct Papers {
    turn: Arc<Semaphore>,
    people: Mutex<HashSet<UserId>>,
}

impl Default for Papers {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), people: Mutex::default() }
    }
}

/// The place of one of them, until it is dropped.
#[derive(Debug)]
pub(in crate::audit::compliance) struct Place {
    papers: Arc<Papers>,
    person: UserId,
}

impl Papers {
    /// A place for somebody who has none.
    pub(in crate::audit::compliance) fn place(self: &Arc<Self>, person: UserId) -> Result<Place> {
        if !self.people.lock().unwrap_or_else(PoisonError::into_inner).insert(person) {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "report_under_way",
                "A report is being made for you already. Ask for the next one when you have it.",
            ));
        }
        Ok(Place { papers: Arc::clone(self), person })
    }
}

impl Place {
    /// When it is their turn.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        Ok(Arc::clone(&self.papers.turn).acquire_owned().await.map_err(anyhow::Error::from)?)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.papers.people.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_with_two_and_the_others_wait_for_one() {
        let papers = Arc::new(Papers::default());
        let [ada, ben] = [1, 2].map(|number| UserId(uuid::Uuid::from_u128(number)));
        let first = papers.place(ada).unwrap();
        let turn = first.turn().await.unwrap();
        assert_eq!(papers.place(ada).unwrap_err().status, StatusCode::TOO_MANY_REQUESTS);
        let second = papers.place(ben).unwrap();
        assert!(Arc::clone(&papers.turn).try_acquire_owned().is_err());
        drop(first);
        drop(turn);
        drop(second.turn().await.unwrap());
        papers.place(ada).unwrap();
    }
}
