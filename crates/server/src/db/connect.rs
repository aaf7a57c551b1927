//! From "there is a PostgreSQL" to "the platform may serve": roles, migrations, the pools, the gate.

use super::primary::Primary;
use super::{Db, gate};
use anyhow::{Context, Result, ensure};
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Connections that are the leases' alone, whatever storm the others are in: one listens, one asks. Each is a pool, so that
/// one whose server vanished does not take the other's place.
const LEASES: u32 = 2;

/// How long a statement, the wait for a lock and a transaction that does nothing may take: a statement that hangs must not
/// hold a request, and a forgotten transaction no lock.
type Bounds = [(&'static str, &'static str); 3];

const OF_REQUESTS: Bounds =
    [("statement_timeout", "15s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")];
/// What comes later than that comes when input is frozen already.
const OF_LEASES: Bounds =
    [("statement_timeout", "5s"), ("lock_timeout", "1s"), ("idle_in_transaction_session_timeout", "10s")];
/// A migration takes as long as it takes, and waits for the one of another instance; it does not sleep on its locks.
const OF_MIGRATIONS: Bounds =
    [("statement_timeout", "0"), ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "60s")];

/// How a role reaches each server of the database.
pub type Servers = Vec<PgConnectOptions>;

/// How the three roles reach the database.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Owns the tables; used to migrate, then closed.
    owner: Servers,
    /// Callers' transactions; owns nothing, is a member of nothing.
    pub(crate) app: Servers,
    /// What happens before or without a caller; likewise.
    pub(crate) system: Servers,
    /// Connections of all pools together.
    max_connections: u32,
    primary: Arc<Primary>,
}

impl Connect {
    /// Each role is told the same servers in the same order; which of them was the last primary stands in `data_dir`.
    pub fn new([owner, app, system]: [Servers; 3], max_connections: u32, data_dir: &Path) -> Result<Self> {
        let places = |servers: &Servers| -> Vec<_> {
            servers
                .iter()
                .map(|one| (one.get_host().to_owned(), one.get_port(), one.get_socket().cloned()))
                .collect()
        };
        let same = [&app, &system]
            .iter()
            .all(|role| owner.len() == 1 && role.len() == 1 || places(role) == places(&owner));
        ensure!(
            same && !owner.is_empty(),
            "database.url, database.app_url and database.system_url must name the same servers in the same order"
        );
        let primary = Arc::new(Primary::open(owner.len(), data_dir)?);
        Ok(Self { owner, app, system, max_connections, primary })
    }

    /// A connection of the owner, for what is done once at the start.
    pub(crate) async fn as_owner(&self) -> Result<PgConnection> {
        let servers: Servers = self.owner.iter().map(|server| bounded(server, OF_MIGRATIONS)).collect();
        self.primary.connect(&servers).await.context("cannot reach PostgreSQL as the owner of the tables")
    }

    /// Brings the schema up to date, as the owner.
    pub async fn migrate(&self) -> Result<()> {
        let mut owner = self.as_owner().await?;
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
        self.as_owner().await?.close().await?;
        let options =
            bounded(self.primary.of(&self.owner)?, OF_REQUESTS).options([("role", "sallyport_system")]);
        let system = pool(2, &self.primary)
            .connect_with(options)
            .await
            .context("cannot reach PostgreSQL as the owner of the tables")?;
        let (app, leases, pushes) = (system.clone(), system.clone(), system.clone());
        Ok(Db { app, system, leases, pushes, primary: Arc::clone(&self.primary) })
    }

    /// The pools, after the gate has found no hole in the wall.
    pub async fn serve(&self) -> Result<Db> {
        let primary = &self.primary;
        primary.find(&self.system).await?;
        let (app, system) = shares(self.max_connections);
        let app = pool(app, primary)
            .connect_with(bounded(primary.of(&self.app)?, OF_REQUESTS))
            .await
            .context("cannot reach PostgreSQL as sallyport_app")?;
        let system = pool(system, primary)
            .connect_with(bounded(primary.of(&self.system)?, OF_REQUESTS))
            .await
            .context("cannot reach PostgreSQL as sallyport_system")?;
        let holes = gate::holes(&app, &system).await?;
        ensure!(
            holes.is_empty(),
            "the tenant wall has holes, so nothing is served until they are closed:\n  - {}",
            holes.join("\n  - ")
        );
        let of_leases = bounded(primary.of(&self.system)?, OF_LEASES);
        let own = || pool(1, primary).idle_timeout(None).connect_lazy_with(of_leases.clone());
        let (leases, pushes) = (own(), own());
        Ok(Db { app, system, leases, pushes, primary: Arc::clone(primary) })
    }

    /// Runs for as long as the platform does: where several servers are named, the pools follow the one that takes writes.
    pub async fn keep_to_the_primary(self, db: Db) {
        if self.primary.is_alone() {
            return;
        }
        let asked: Servers = self
            .system
            .iter()
            .map(|server| {
                bounded(server, OF_LEASES).application_name("sallyport: ask which server takes writes")
            })
            .collect();
        let go_to = |at: usize| {
            let roles = [
                (&db.app, &self.app, OF_REQUESTS),
                (&db.system, &self.system, OF_REQUESTS),
                (&db.leases, &self.system, OF_LEASES),
                (&db.pushes, &self.system, OF_LEASES),
            ];
            for (pool, servers, bounds) in roles {
                if let Some(server) = servers.get(at) {
                    pool.set_connect_options(bounded(server, bounds));
                }
            }
        };
        self.primary.watch(&asked, go_to).await;
    }
}

/// Of `all` connections, callers' and the system's: a quarter, and two at least, are the system's.
fn shares(all: u32) -> (u32, u32) {
    let system = (all / 4).max(2);
    (all.saturating_sub(system + LEASES).max(1), system)
}

fn bounded(options: &PgConnectOptions, bounds: Bounds) -> PgConnectOptions {
    options.clone().options(bounds).options([
        // What is asked often is in memory: pages out of order cost hardly more than those in order.
        ("random_page_cost", "1.1"),
        // Of one BEGIN or ROLLBACK too many (`Primary::still`) there is nothing to tell.
        ("client_min_messages", "error"),
    ])
}

/// A pool whose connections lead to the primary, or are replaced.
fn pool(max_connections: u32, primary: &Arc<Primary>) -> PgPoolOptions {
    let (before, during, after) = (Arc::clone(primary), Arc::clone(primary), Arc::clone(primary));
    let options = PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let primary = Arc::clone(&before);
            Box::pin(async move { primary.let_in(connection).await })
        })
        .before_acquire(move |connection, meta| {
            let primary = Arc::clone(&during);
            Box::pin(async move { Ok(primary.still(connection, meta.age).await) })
        });
    if primary.is_alone() {
        return options;
    }
    options.after_release(move |connection, meta| {
        let primary = Arc::clone(&after);
        Box::pin(async move { Ok(primary.is_worth_keeping(connection, meta.age).await) })
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
