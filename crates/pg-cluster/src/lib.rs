//! A private PostgreSQL cluster: its binaries are found, its data is made, and its server is started, kept up
//! and stopped with this process. It listens on a Unix socket alone and lets in nobody but our own OS user.
//!
//! ```no_run
//! # async fn f() -> Result<(), sallyport_pg_cluster::Error> {
//! use sallyport_pg_cluster::{Cluster, Config};
//! let config = Config::new("/srv/data/postgres").login_role("my_app").database("my_database");
//! let running = Cluster::open(config).start().await?;
//! let options = running.connect_options("my_app", "my_database");
//! # let _ = options;
//! running.stop().await;
//! # Ok(()) }
//! ```
//!
//! On disk, below the folder of the configuration (or below `/var/lib/sallyport` when the account of PostgreSQL
//! cannot reach that folder; a file `postgres.location` then says where):
//!
//! | what | whose | for |
//! |---|---|---|
//! | `data/` | PostgreSQL's account | the data directory; comes into being by one rename, so it is whole or absent |
//! | `run/` | PostgreSQL's account | the socket, when its path is short enough |
//! | `postgresql.conf`, `pg_hba.conf`, `pg_ident.conf` | ours | written anew at each start |
//! | `local.conf` | the operator's | settings that outrank ours; never written by us |
//! | `postgres.log`, `postgres.log.1` | ours | what PostgreSQL says |
//! | `lock` | ours | held by the one process that runs this cluster |

mod account;
mod binaries;
mod config;
mod error;
mod guard;
mod home;
mod initdb;
mod keeper;
mod launch;
mod log;
mod orphans;
mod running;
mod settings;

pub use binaries::{Binaries, MINIMUM_MAJOR};
pub use config::{Config, Durability};
pub use error::Error;
pub use running::{Beside, Running, Status};

/// A cluster that is not running yet.
#[derive(Debug)]
pub struct Cluster {
    config: Config,
}

impl Cluster {
    /// Takes the configuration; touches nothing.
    pub fn open(config: Config) -> Self {
        Self { config }
    }

    /// Makes the cluster if there is none yet, starts it, waits until it answers and creates the databases of
    /// the configuration that do not exist. A crashed, half-made or orphaned cluster is recovered on the way.
    pub async fn start(self) -> Result<Running, Error> {
        let config = self.config;
        let databases = config.databases.clone();
        let running = tokio::task::spawn_blocking(move || running::start(&config))
            .await
            .map_err(|gone| Error::Interrupted { detail: gone.to_string() })??;
        running.create_databases(&databases).await?;
        Ok(running)
    }

    /// The cluster of this configuration as another process of ours runs it; none if nobody does. Starts and makes
    /// nothing.
    pub async fn beside(self) -> Result<Option<Beside>, Error> {
        let config = self.config;
        tokio::task::spawn_blocking(move || running::beside(&config))
            .await
            .map_err(|gone| Error::Interrupted { detail: gone.to_string() })?
    }
}
