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
mod primary;
mod tx;

pub use connect::{Connect, Servers};
pub use once::Once;
pub(crate) use once::{find_done, forget_old as forget_old_idempotency_keys};
pub use tx::{ReadTx, WriteTx};

use crate::access::{Caller, Directory};
use crate::error::{ApiError, Result};
use sqlx::{AssertSqlSafe, PgPool};
use std::sync::Arc;

/// The pools.
#[derive(Clone, Debug)]
pub struct Db {
    /// As `sallyport_app`: whatever a caller has a part in.
    app: PgPool,
    /// As `sallyport_system`.
    system: PgPool,
    /// The same role, kept for the leases of live sessions: no rush of sign-ins may freeze them.
    leases: PgPool,
    /// The same for what the database pushes.
    pushes: PgPool,
    /// To which of the servers all of them lead.
    primary: Arc<primary::Primary>,
}

impl Db {
    /// A transaction that reads what `caller` may see.
    pub async fn read(&self, caller: &Caller) -> Result<ReadTx> {
        let begin = format!("SELECT wall.enter('{}'); BEGIN READ ONLY", caller.user_id);
        Ok(ReadTx::new(begin_in(&self.app, begin).await?))
    }

    /// A transaction that writes where `caller` may; it commits only with an audit entry.
    pub async fn write(&self, caller: &Caller) -> Result<WriteTx> {
        let begin = format!("SELECT wall.enter('{}'); BEGIN", caller.user_id);
        Ok(WriteTx::new(begin_in(&self.app, begin).await?, Some(caller.decided.clone())))
    }

    /// A transaction that reads what belongs to `directory`'s organization.
    pub(crate) async fn read_as(&self, directory: &Directory) -> Result<ReadTx> {
        let begin = format!("SELECT wall.enter_directory('{}'); BEGIN READ ONLY", directory.token_id);
        Ok(ReadTx::new(begin_in(&self.app, begin).await?))
    }

    /// A transaction that writes there; it commits only with an audit entry.
    pub(crate) async fn write_as(&self, directory: &Directory) -> Result<WriteTx> {
        let begin = format!("SELECT wall.enter_directory('{}'); BEGIN", directory.token_id);
        Ok(WriteTx::new(begin_in(&self.app, begin).await?, Some(directory.decided.clone())))
    }

    /// A transaction that sees every organization, by the narrow rights of `sallyport_system`. `why` goes
    /// into the name of the connection, where `pg_stat_activity` shows it.
    pub async fn unscoped(&self, why: &'static str) -> Result<WriteTx> {
        Ok(WriteTx::new(begin_in(&self.system, begin_because(why)).await?, None))
    }

    /// The same for what `caller` does beyond their own wall: the use case itself says what is theirs there. Like all that a
    /// caller writes, it commits only after the policies were asked.
    pub(crate) async fn unscoped_by(&self, caller: &Caller, why: &'static str) -> Result<WriteTx> {
        Ok(WriteTx::new(begin_in(&self.system, begin_because(why)).await?, Some(caller.decided.clone())))
    }

    /// The same, by the connection that is kept for the leases of live sessions. Short, and for them alone.
    pub(crate) async fn unscoped_for_leases(&self, why: &'static str) -> Result<WriteTx> {
        Ok(WriteTx::new(begin_in(&self.leases, begin_because(why)).await?, None))
    }

    /// A connection that hears `LISTEN`; carries no rows.
    pub async fn listener(&self) -> Result<sqlx::postgres::PgListener> {
        Ok(sqlx::postgres::PgListener::connect_with(&self.pushes).await?)
    }

    /// Done when another server takes the writes from now on, or the same one anew: what is under way may wait for an answer
    /// that never comes.
    pub(crate) fn moved(&self) -> impl Future<Output = ()> + Send + use<> {
        self.primary.moved()
    }

    /// What `work` comes to, unless the database moves meanwhile: then nobody knows how far it came, because its server may
    /// have vanished with the answer. For whatever is no job of [`crate::startup`], which are begun anew.
    pub(crate) async fn while_it_stays<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let moved = self.moved();
        tokio::select! {
            done = work => done,
            () = moved => Err(ApiError::unavailable(
                "The database moved to another server while this was under way. See whether it was done, and try again if \
                 not.",
            )),
        }
    }

    /// Which of the servers takes the writes.
    pub(crate) fn place(&self) -> Result<String> {
        let none = |why| {
            ApiError::unavailable(format!(
                "No server of the database takes writes: {why}. Try again in a moment."
            ))
        };
        self.primary.place().map_err(none)
    }

    /// The database's clock, if the database answers.
    pub async fn now(&self) -> Result<chrono::DateTime<chrono::Utc>> {
        Ok(sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(&self.app).await?)
    }

    /// Whom an API token acts for, asked of the truth on every request. It proves nobody: the person proved who they
    /// are when they made it, which is never recent.
    pub(crate) async fn load_token(&self, hash: &[u8]) -> Result<Option<TokenRow>> {
        let row = sqlx::query!(
            r#"SELECT api_token_id AS "api_token_id!: crate::ids::ApiTokenId", scopes AS "scopes!",
                      ip_ranges AS "ip_ranges!: Vec<ipnetwork::IpNetwork>", last_used_at, expires_at AS "expires_at!",
                      user_id AS "user_id!", org_id AS "org_id!", org_name AS "org_name!", org_type AS "org_type!",
                      role AS "role!", email AS "email!", display_name AS "display_name!",
                      org_ip_ranges AS "org_ip_ranges!: Vec<ipnetwork::IpNetwork>", clock_timestamp() AS "now!"
               FROM wall.load_token($1)"#,
            hash
        )
        .fetch_optional(&self.app)
        .await?;
        Ok(row.map(|row| TokenRow {
            api_token_id: row.api_token_id,
            scopes: row.scopes,
            ip_ranges: row.ip_ranges,
            last_used_at: row.last_used_at,
            caller: CallerRow {
                user_id: row.user_id.into(),
                org_id: row.org_id.into(),
                org_name: row.org_name,
                org_type: row.org_type,
                role: row.role,
                email: row.email,
                display_name: row.display_name,
                authenticated_at: chrono::DateTime::UNIX_EPOCH,
                expires_at: row.expires_at,
                last_seen_at: row.now,
                org_ip_ranges: row.org_ip_ranges,
                now: row.now,
            },
        }))
    }

    /// Which directory comes by a token, asked of the truth on every request.
    pub(crate) async fn load_directory(&self, hash: &[u8]) -> Result<Option<DirectoryRow>> {
        Ok(sqlx::query_as!(
            DirectoryRow,
            r#"SELECT directory_token_id AS "id!: crate::ids::DirectoryTokenId", name AS "name!",
                      connection_id AS "connection_id: crate::ids::SsoConnectionId", last_used_at,
                      org_id AS "org_id!: crate::ids::OrganizationId", org_type AS "org_type!",
                      clock_timestamp() AS "now!"
               FROM wall.load_directory($1)"#,
            hash
        )
        .fetch_optional(&self.app)
        .await?)
    }

    /// Who presents a token that calls the sign-in so, and the sign-in itself; asked of the truth on every request.
    pub(crate) async fn load_caller(
        &self,
        handle: crate::ids::UserSessionId,
        epoch: i32,
        key_id: &str,
    ) -> Result<Option<(crate::ids::UserSessionId, CallerRow)>> {
        let row = sqlx::query!(
            r#"SELECT user_session_id AS "user_session_id!: crate::ids::UserSessionId", user_id AS "user_id!", org_id AS "org_id!", org_name AS "org_name!", org_type AS "org_type!",
                      role AS "role!", email AS "email!", display_name AS "display_name!",
                      authenticated_at AS "authenticated_at!", expires_at AS "expires_at!",
                      last_seen_at AS "last_seen_at!",
                      org_ip_ranges AS "org_ip_ranges!: Vec<ipnetwork::IpNetwork>", clock_timestamp() AS "now!"
               FROM wall.load_caller($1, $2, $3)"#,
            handle.0,
            epoch,
            key_id
        )
        .fetch_optional(&self.app)
        .await?;
        Ok(row.map(|row| {
            let caller = CallerRow {
                user_id: row.user_id.into(),
                org_id: row.org_id.into(),
                org_name: row.org_name,
                org_type: row.org_type,
                role: row.role,
                email: row.email,
                display_name: row.display_name,
                authenticated_at: row.authenticated_at,
                expires_at: row.expires_at,
                last_seen_at: row.last_seen_at,
                org_ip_ranges: row.org_ip_ranges,
                now: row.now,
            };
            (row.user_session_id, caller)
        }))
    }
}

/// One row of `wall.load_directory`.
#[derive(Debug)]
pub(crate) struct DirectoryRow {
    pub id: crate::ids::DirectoryTokenId,
    pub name: String,
    pub connection_id: Option<crate::ids::SsoConnectionId>,
    pub last_used_at: Option<chrono::DateTime<chrono::Utc>>,
    pub org_id: crate::ids::OrganizationId,
    pub org_type: String,
    pub now: chrono::DateTime<chrono::Utc>,
}

/// One row of `wall.load_token`: whom a token acts for, and its terms.
#[derive(Debug)]
pub(crate) struct TokenRow {
    pub api_token_id: crate::ids::ApiTokenId,
    pub scopes: Vec<String>,
    pub ip_ranges: Vec<ipnetwork::IpNetwork>,
    pub last_used_at: Option<chrono::DateTime<chrono::Utc>>,
    pub caller: CallerRow,
}

fn begin_because(why: &'static str) -> String {
    format!("BEGIN; SET LOCAL application_name = 'sallyport: {}'", why.replace('\'', ""))
}

/// `begin` holds nothing but typed ids and our own words: the built string is safe. Where it enters the wall it does so
/// before it begins: what stands before BEGIN in one message is of its transaction (PostgreSQL, 55.2.2.1 Multiple Statements
/// in a Simple Query), and when the wall refuses, none was begun that a next request could find aborted.
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
    pub org_ip_ranges: Vec<ipnetwork::IpNetwork>,
    pub now: chrono::DateTime<chrono::Utc>,
}
