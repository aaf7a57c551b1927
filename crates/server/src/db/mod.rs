//! The database, behind the tenant wall: no caller, no rows.
//!
//! The pool is private to this folder. A [`Caller`] opens a transaction that sees what the database itself
//! derives from the caller's user row and grants (`wall.enter`); [`Db::unscoped`] is for what happens before
//! or without a caller, and has to say why. A write cannot commit without its audit entry.
//!
//! So work in the background that has no caller and gives no reason does not compile,
//!
//! ```compile_fail,E0061
//! async fn job(db: sallyport::db::Db) {
//!     let _ = db.unscoped().await;
//! }
//! ```
//!
//! nor does a query past the wall,
//!
//! ```compile_fail,E0616
//! async fn job(db: sallyport::db::Db) {
//!     let _ = sqlx::query("SELECT 1").execute(&db.pool).await;
//! }
//! ```
//!
//! nor a write of which nothing is told.
//!
//! ```compile_fail,E0061
//! async fn job(tx: sallyport::db::WriteTx) {
//!     let _ = tx.commit().await;
//! }
//! ```

mod connect;
mod gate;
mod tx;

pub use connect::Connect;
pub use tx::{ReadTx, WriteTx};

use crate::access::Caller;
use crate::error::Result;
use sqlx::{AssertSqlSafe, PgPool};

/// The pool of the app role.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    /// A transaction that reads what `caller` may see.
    pub async fn read(&self, caller: &Caller) -> Result<ReadTx> {
        let begin = format!("BEGIN READ ONLY; SELECT wall.enter('{}')", caller.user_id);
        Ok(ReadTx::new(self.begin(begin).await?))
    }

    /// A transaction that writes where `caller` may; it commits only with an audit entry.
    pub async fn write(&self, caller: &Caller) -> Result<WriteTx> {
        let begin = format!("BEGIN; SELECT wall.enter('{}')", caller.user_id);
        Ok(WriteTx::new(self.begin(begin).await?, Some(caller.decided.clone())))
    }

    /// A transaction that sees every organization, by the narrow rights of `sallyport_system`. `why` goes
    /// into the name of the connection, where `pg_stat_activity` shows it.
    pub async fn unscoped(&self, why: &'static str) -> Result<WriteTx> {
        let begin = format!(
            "BEGIN; SET LOCAL ROLE sallyport_system; SET LOCAL application_name = 'sallyport: {}'",
            why.replace('\'', "")
        );
        Ok(WriteTx::new(self.begin(begin).await?, None))
    }

    /// A connection that hears `LISTEN`; carries no rows.
    pub async fn listener(&self) -> Result<sqlx::postgres::PgListener> {
        Ok(sqlx::postgres::PgListener::connect_with(&self.pool).await?)
    }

    /// The database's clock, if the database answers.
    pub async fn now(&self) -> Result<chrono::DateTime<chrono::Utc>> {
        Ok(sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(&self.pool).await?)
    }

    /// `begin` holds nothing but typed ids and our own words: the built string is safe.
    async fn begin(&self, begin: String) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        Ok(self.pool.begin_with(AssertSqlSafe(begin)).await?)
    }

    /// Who presents this sign-in session, asked of the truth on every request.
    pub(crate) async fn load_caller(
        &self,
        session: crate::ids::UserSessionId,
        epoch: i32,
    ) -> Result<Option<CallerRow>> {
        Ok(sqlx::query_as!(
            CallerRow,
            r#"SELECT user_id AS "user_id!", org_id AS "org_id!", org_name AS "org_name!", org_type AS "org_type!",
                      role AS "role!", email AS "email!", display_name AS "display_name!",
                      authenticated_at AS "authenticated_at!", expires_at AS "expires_at!",
                      last_seen_at AS "last_seen_at!", clock_timestamp() AS "now!"
               FROM wall.load_caller($1, $2)"#,
            session.0,
            epoch
        )
        .fetch_optional(&self.pool)
        .await?)
    }
}

/// One row of `wall.load_caller`.
#[derive(Debug)]
pub(crate) struct CallerRow {
    pub user_id: crate::ids::UserId,
    pub org_id: crate::ids::OrganizationId,
    pub org_name: String,
    pub org_type: String,
    pub role: String,
    pub email: String,
    pub display_name: String,
    pub authenticated_at: chrono::DateTime<chrono::Utc>,
    pub expires_at: chrono::DateTime<chrono::Utc>,
    pub last_seen_at: chrono::DateTime<chrono::Utc>,
    pub now: chrono::DateTime<chrono::Utc>,
}
