//! The database, behind the tenant wall: no caller, no rows.
//!
//! The pools are private to this folder. A [`Caller`] opens a transaction that sees what the database itself
//! derives from the caller's user row and grants (`wall.enter`); [`Db::unscoped`] is for what happens before
//! or without a caller, and has to say why. The two log in as different roles, of which neither can become the
//! other. A write cannot commit without its audit entry.
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
//!     let _ = sqlx::query("SELECT 1").execute(&db.app).await;
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
mod once;
mod tx;

pub use connect::Connect;
pub use once::Once;
pub(crate) use once::{find_done, forget_old as forget_old_idempotency_keys};
pub use tx::{ReadTx, WriteTx};

use crate::access::Caller;
use crate::error::Result;
use sqlx::{AssertSqlSafe, PgPool};

/// The pools.
#[derive(Clone, Debug)]
pub struct Db {
    /// As `sallyport_app`: whatever a caller has a part in.
    app: PgPool,
    /// As `sallyport_system`.
    system: PgPool,
    /// The same role, kept for the leases of live sessions: no rush of sign-ins may freeze them.
    leases: PgPool,
}

impl Db {
    /// A transaction that reads what `caller` may see.
    pub async fn read(&self, caller: &Caller) -> Result<ReadTx> {
        let begin = format!("BEGIN READ ONLY; SELECT wall.enter('{}')", caller.user_id);
        Ok(ReadTx::new(begin_in(&self.app, begin).await?))
    }

    /// A transaction that writes where `caller` may; it commits only with an audit entry.
    pub async fn write(&self, caller: &Caller) -> Result<WriteTx> {
        let begin = format!("BEGIN; SELECT wall.enter('{}')", caller.user_id);
        Ok(WriteTx::new(begin_in(&self.app, begin).await?, Some(caller.decided.clone())))
    }

    /// A transaction that sees every organization, by the narrow rights of `sallyport_system`. `why` goes
    /// into the name of the connection, where `pg_stat_activity` shows it.
    pub async fn unscoped(&self, why: &'static str) -> Result<WriteTx> {
        Ok(WriteTx::new(begin_in(&self.system, begin_because(why)).await?, None))
    }

    /// The same, by the connection that is kept for the leases of live sessions. Short, and for them alone.
    pub(crate) async fn unscoped_for_leases(&self, why: &'static str) -> Result<WriteTx> {
        Ok(WriteTx::new(begin_in(&self.leases, begin_because(why)).await?, None))
    }

    /// A connection that hears `LISTEN`; carries no rows.
    pub async fn listener(&self) -> Result<sqlx::postgres::PgListener> {
        Ok(sqlx::postgres::PgListener::connect_with(&self.leases).await?)
    }

    /// The database's clock, if the database answers.
    pub async fn now(&self) -> Result<chrono::DateTime<chrono::Utc>> {
        Ok(sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(&self.app).await?)
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
        .fetch_optional(&self.app)
        .await?)
    }
}

fn begin_because(why: &'static str) -> String {
    format!("BEGIN; SET LOCAL application_name = 'sallyport: {}'", why.replace('\'', ""))
}

/// `begin` holds nothing but typed ids and our own words: the built string is safe.
async fn begin_in(pool: &PgPool, begin: String) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
    Ok(pool.begin_with(AssertSqlSafe(begin)).await?)
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
