//! The two kinds of transaction. Only [`WriteTx`] can commit, and only with what happened; a caller's only after
//! the policies were asked.

use super::once;
use crate::access::Decided;
use crate::audit::{self, Event, Target};
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

    /// Every question of this transaction is planned for what it asks: whether there is an organization or a person in
    /// it, and what it is sorted by, decide which index is good, and a plan that is kept for all knows none of it.
    pub async fn plan_each_anew(&mut self) -> Result<()> {
        sqlx::query_scalar!(r#"SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS "mode!""#)
            .fetch_one(self.conn())
            .await?;
        Ok(())
    }

    /// Gives the connection back at once instead of on drop.
    pub async fn done(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

/// Writes. Dropped without a commit, it leaves nothing behind.
///
/// It does not commit without what happened:
/// ```compile_fail,E0061
/// async fn forgets(tx: sallyport::db::WriteTx) {
///     let _ = tx.commit().await;
/// }
/// ```
/// What a caller did needs the permit that the policies gave for it, and nobody else can make one:
/// ```compile_fail,E0061
/// use sallyport::{access::Caller, audit::{Event, catalogue}};
/// fn undecided(caller: &Caller) -> Event {
///     Event::by(caller, &catalogue::GRANT_CREATE, caller.org_id)
/// }
/// ```
/// ```compile_fail,E0451
/// use sallyport::access::{Action, Permit};
/// fn forges() -> Permit {
///     Permit { action: Action::GrantCreate, policy_ids: Vec::new() }
/// }
/// ```
#[derive(Debug)]
#[must_use = "a write that is not committed did not happen"]
pub struct WriteTx {
    tx: Transaction<'static, Postgres>,
    /// Of the caller, if there is one.
    decided: Option<Decided>,
}

impl WriteTx {
    pub(super) fn new(tx: Transaction<'static, Postgres>, decided: Option<Decided>) -> Self {
        Self { tx, decided }
    }

    /// For the queries of a `store.rs`.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Commits the change together with what happened.
    pub async fn commit(self, event: Event) -> Result<()> {
        self.commit_all([event]).await
    }

    /// Commits the change together with all that happened.
    pub async fn commit_all(mut self, events: impl IntoIterator<Item = Event>) -> Result<()> {
        let mut target = None;
        for event in events {
            audit::append(&mut self.tx, &event).await?;
            target = event.target;
        }
        self.end(target).await
    }

    /// Commits housekeeping that changes nothing a person could ask about; `why` is for the reader.
    pub async fn commit_unaudited(self, why: &'static str) -> Result<()> {
        tracing::trace!(why, "commit without an audit entry");
        self.end(None).await
    }

    /// What a handler did in a caller's name without asking whether they may is undone.
    async fn end(mut self, target: Option<Target>) -> Result<()> {
        if let Some(decided) = &self.decided {
            if !decided.yet() {
                return Err(anyhow::anyhow!("a caller's change without a decision").into());
            }
            // The first change of the request: from it on, it is not to be done again.
            if let Some(once) = decided.take_once() {
                once::keep(&mut self.tx, &once, target.as_ref()).await?;
            }
        }
        Ok(self.tx.commit().await?)
    }
}
