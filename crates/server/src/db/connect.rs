//! From "there is a PostgreSQL" to "the platform may serve": roles, migrations, the app's pool, the gate.

use super::{Db, gate};
use anyhow::{Context, Result};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// How the two roles reach the database.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Owns the tables; used to migrate, then closed.
    pub owner: PgConnectOptions,
    /// Serves; owns nothing.
    pub app: PgConnectOptions,
    /// Connections of the pool.
    pub max_connections: u32,
}

impl Connect {
    /// Brings the schema up to date, as the owner.
    pub async fn migrate(&self) -> Result<()> {
        let mut owner =
            self.owner.connect().await.context("cannot reach PostgreSQL as the owner of the tables")?;
        MIGRATIONS
            .run(&mut owner)
            .await
            .context("a migration failed; the database is as it was before it")?;
        owner.close().await?;
        Ok(())
    }

    /// The pool of the app role, after the gate has found no hole in the wall.
    pub async fn serve(&self) -> Result<Db> {
        // A statement that hangs must not hold a request, and a forgotten transaction no lock.
        let app = self.app.clone().options([
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // Without a transaction to roll back (see below) there is nothing to warn of.
            ("client_min_messages", "error"),
        ]);
        // A BEGIN that carries `wall.enter` can begin and then be refused; sqlx counts no transaction then, and
        // would hand the aborted one to the next request. So instead of the ping, a ROLLBACK: as dear, as telling.
        let pool = PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(Duration::from_secs(3))
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                Box::pin(async move { Ok(sqlx::raw_sql("ROLLBACK").execute(connection).await.is_ok()) })
            })
            .connect_with(app)
            .await
            .context("cannot reach PostgreSQL as sallyport_app")?;
        let holes = gate::holes(&pool).await?;
        anyhow::ensure!(
            holes.is_empty(),
            "the tenant wall has holes, so nothing is served until they are closed:\n  - {}",
            holes.join("\n  - ")
        );
        Ok(Db { pool })
    }
}
