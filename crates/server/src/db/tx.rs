//! The two kinds of transaction. Only [`WriteTx`] can commit, and only with what happened.

use crate::audit::{self, Event};
use crate::error::Result;
use sqlx::{PgConnection, Postgres, Transaction};

/// Reads; ends by being dropped.
#[derive(Debug)]
pub struct ReadTx(Transaction<'static, Postgres>);

impl ReadTx {
    pub(super) fn new(tx: Transaction<'static, Postgres>) -> Self {
        Self(tx)
    }

    /// For the queries of a `store.rs`.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// Gives the connection back at once instead of on drop.
    pub async fn done(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

/// Writes. Dropped without a commit, it leaves nothing behind.
#[derive(Debug)]
#[must_use = "a write that is not committed did not happen"]
pub struct WriteTx(Transaction<'static, Postgres>);

impl WriteTx {
    pub(super) fn new(tx: Transaction<'static, Postgres>) -> Self {
        Self(tx)
    }

    /// For the queries of a `store.rs`.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    /// Commits the change together with what happened.
    pub async fn commit(self, event: Event) -> Result<()> {
        self.commit_all([event]).await
    }

    /// Commits the change together with all that happened.
    pub async fn commit_all(mut self, events: impl IntoIterator<Item = Event>) -> Result<()> {
        for event in events {
            audit::append(&mut self.0, &event).await?;
        }
        Ok(self.0.commit().await?)
    }

    /// Commits housekeeping that changes nothing a person could ask about; `why` is for the reader.
    pub async fn commit_unaudited(self, why: &'static str) -> Result<()> {
        tracing::trace!(why, "commit without an audit entry");
        Ok(self.0.commit().await?)
    }
}
