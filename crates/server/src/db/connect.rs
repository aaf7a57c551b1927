//! From "there is a PostgreSQL" to "the platform may serve": roles, migrations, the pools, the gate.

use super::{Db, gate};
use anyhow::{Context, Result};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Connections that are the leases' alone, whatever storm the others are in: one listens, one asks.
const LEASES: u32 = 2;

/// How the three roles reach the database.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Owns the tables; used to migrate, then closed.
    pub owner: PgConnectOptions,
    /// Callers' transactions; owns nothing, is a member of nothing.
    pub app: PgConnectOptions,
    /// What happens before or without a caller; likewise.
    pub system: PgConnectOptions,
    /// Connections of all pools together.
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

    /// For a command beside a platform that may be running: what `sallyport_system` may, by leave of the owner, who is a
    /// member of it. It serves nobody, so no gate is asked.
    pub async fn examine(&self) -> Result<Db> {
        let options = bounded(&self.owner).options([("role", "sallyport_system")]);
        let system = pool(2)
            .connect_with(options)
            .await
            .context("cannot reach PostgreSQL as the owner of the tables")?;
        Ok(Db { app: system.clone(), leases: system.clone(), system })
    }

    /// The pools, after the gate has found no hole in the wall.
    pub async fn serve(&self) -> Result<Db> {
        let (app, system) = shares(self.max_connections);
        let app = pool(app)
            .connect_with(bounded(&self.app))
            .await
            .context("cannot reach PostgreSQL as sallyport_app")?;
        let system = pool(system)
            .connect_with(bounded(&self.system))
            .await
            .context("cannot reach PostgreSQL as sallyport_system")?;
        let holes = gate::holes(&app, &system).await?;
        anyhow::ensure!(
            holes.is_empty(),
            "the tenant wall has holes, so nothing is served until they are closed:\n  - {}",
            holes.join("\n  - ")
        );
        let leases = pool(LEASES).idle_timeout(None).connect_lazy_with(bounded(&self.system));
        Ok(Db { app, system, leases })
    }
}

/// Of `all` connections, callers' and the system's: a quarter, and two at least, are the system's.
fn shares(all: u32) -> (u32, u32) {
    let system = (all / 4).max(2);
    (all.saturating_sub(system + LEASES).max(1), system)
}

/// A statement that hangs must not hold a request, and a forgotten transaction no lock.
fn bounded(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([
        ("statement_timeout", "15s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "30s"),
        // What is asked often is in memory: pages out of order cost hardly more than those in order.
        ("random_page_cost", "1.1"),
        // Of one BEGIN or ROLLBACK too many (see below) there is nothing to tell.
        ("client_min_messages", "error"),
    ])
}

/// A request that is given up while it begins leaves a transaction that nobody counts, of a time that is over. So instead of
/// the ping, an empty one: it ends what may be left, and a connection that is lost or stuck refuses it and is replaced.
fn pool(max_connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await.is_ok()) })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connections_are_divided_and_none_too_many() {
        for (all, expected) in [(5, (1, 2)), (8, (4, 2)), (16, (10, 4)), (64, (46, 16))] {
            assert_eq!(shares(all), expected);
            assert_eq!(expected.0 + expected.1 + LEASES, all);
        }
        assert_eq!(shares(1), (1, 2), "fewer than the configuration allows: each has one all the same");
    }
}
