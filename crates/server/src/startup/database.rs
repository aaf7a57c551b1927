//! Which PostgreSQL: a private cluster in the data folder, or the one of the configuration.

use crate::config::Config;
use crate::db::Connect;
use anyhow::{Context, Result};
use sallyport_pg_cluster as pg;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::fmt::Write as _;
use std::str::FromStr;

const DATABASE: &str = "sallyport";
const OWNER: &str = "sallyport_owner";
const APP: &str = "sallyport_app";

/// The PostgreSQL that is the platform's own.
pub struct PrivateCluster(pg::Running);

impl std::fmt::Debug for PrivateCluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateCluster").field("home", &self.0.home()).finish()
    }
}

impl PrivateCluster {
    /// Lets PostgreSQL write what it holds and end.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

/// How to connect, and the cluster that was started for it, if one was.
pub(super) async fn open(config: &Config) -> Result<(Connect, Option<PrivateCluster>)> {
    let max_connections = config.database.max_connections;
    if let Some(url) = &config.database.url {
        let owner =
            PgConnectOptions::from_str(url).context("database.url is not an address of PostgreSQL")?;
        let app = match &config.database.app_url {
            Some(url) => {
                PgConnectOptions::from_str(url).context("database.app_url is not an address of PostgreSQL")?
            }
            None => owner.clone().username(APP),
        };
        return Ok((Connect { owner, app, max_connections }, None));
    }
    let settings = pg::Config::new(config.data_dir.join("postgres"))
        .bin_dir(config.database.bin_dir.clone())
        .superuser(OWNER)
        .login_role(APP)
        .database(DATABASE);
    let running =
        pg::Cluster::open(settings).start().await.context("the private PostgreSQL did not start")?;
    let (owner, app) = (running.connect_options(OWNER, DATABASE), running.connect_options(APP, DATABASE));
    Ok((Connect { owner, app, max_connections }, Some(PrivateCluster(running))))
}

/// On a given server whose owner is all that we were told: a password for the app role, new at each start and
/// known to this process alone.
pub(super) async fn give_app_a_password(config: &Config, connect: &mut Connect) -> Result<()> {
    if config.database.url.is_none() || config.database.app_url.is_some() {
        return Ok(());
    }
    let mut bytes = [0_u8; 24];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system has no randomness"))?;
    let mut password = String::with_capacity(48);
    for byte in bytes {
        write!(password, "{byte:02x}")?;
    }
    let mut owner = connect.owner.connect().await?;
    // ALTER ROLE takes no parameters; the text is 48 hexadecimal digits of our own.
    sqlx::raw_sql(AssertSqlSafe(format!("ALTER ROLE {APP} PASSWORD '{password}'")))
        .execute(&mut owner)
        .await
        .context(
            "the owner in database.url may not set the password of sallyport_app; give database.app_url",
        )?;
    owner.close().await?;
    connect.app = connect.app.clone().password(&password);
    Ok(())
}
