//! The months of the log: each has a table of its own (a partition of `audit_logs`), made before it begins and dropped once
//! all of it is cleaned up. The database does it, by a function that can do nothing else; here it is called.

use crate::app::App;
use crate::error::Result;
use sqlx::PgConnection;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether something is due. Months are made long before they begin, and an entry of a month
/// without a table is kept like any other; so whatever fails can wait for the next time.
const LOOK: Duration = Duration::from_hours(1);

/// Keeps them for as long as the platform runs.
pub async fn keep_months(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK).await;
        tend_months(&app).await;
    }
}

/// Once, all that is due. That it fails keeps nobody from serving.
pub async fn tend_months(app: &App) {
    loop {
        match next(app).await {
            Ok(Some(done)) => tracing::info!(done, "the months of the audit log"),
            Ok(None) => return,
            Err(error) => return tracing::warn!(%error, "the months of the audit log wait"),
        }
    }
}

/// Each in a transaction of its own: what it locks is locked for a moment.
async fn next(app: &App) -> Result<Option<String>> {
    let mut tx = app.db.unscoped("keep the months of the audit log").await?;
    let done = keep_one(tx.conn()).await?;
    tx.commit_unaudited("tables come and go; of the log itself nothing does").await?;
    Ok(done)
}

/// What was done; nothing when nothing is due, or another instance is at it.
async fn keep_one(conn: &mut PgConnection) -> Result<Option<String>> {
    // What lies in no month's table yet may take longer to move than a request may last.
    sqlx::query!("SELECT set_config('statement_timeout', '600s', true)").fetch_one(&mut *conn).await?;
    Ok(sqlx::query_scalar!("SELECT wall.keep_audit_months()").fetch_one(conn).await?)
}
