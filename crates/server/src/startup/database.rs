//! Which PostgreSQL: a private cluster in the data folder, or the one of the configuration.

use crate::config::{Config, each_server};
use crate::db::{Connect, Servers};
use anyhow::{Context, Result};
use sallyport_pg_cluster as pg;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection};
use std::fmt::Write as _;
use std::str::FromStr;

const DATABASE: &str = "sallyport";
const OWNER: &str = "sallyport_owner";
const APP: &str = "sallyport_app";
const SYSTEM: &str = "sallyport_system";

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
    if let Some(url) = &config.database.url {
        let owner = parse("url", url)?;
        let as_role =
            |role: &str| -> Servers { owner.iter().map(|one| one.clone().username(role)).collect() };
        let (app, system) = match given_roles(config) {
            Some((app, system)) => (parse("app_url", app)?, parse("system_url", system)?),
            None => (as_role(APP), as_role(SYSTEM)),
        };
        return Ok((connect(config, [owner, app, system])?, None));
    }
    let cluster = pg::Cluster::open(settings(config));
    let running = cluster.start().await.context("the private PostgreSQL did not start")?;
    let roles = [OWNER, APP, SYSTEM].map(|role| vec![running.connect_options(role, DATABASE)]);
    Ok((connect(config, roles)?, Some(PrivateCluster(running))))
}

/// The same for a command, which may come while the platform runs: then it asks the PostgreSQL that the platform started.
pub(super) async fn open_beside(config: &Config) -> Result<(Connect, Option<PrivateCluster>)> {
    if config.database.url.is_some() {
        return open(config).await;
    }
    let Some(running) = pg::Cluster::open(settings(config)).beside().await? else {
        return open(config).await;
    };
    let roles = [OWNER, APP, SYSTEM].map(|role| vec![running.connect_options(role, DATABASE)]);
    Ok((connect(config, roles)?, None))
}

fn connect(config: &Config, roles: [Servers; 3]) -> Result<Connect> {
    Connect::new(roles, config.database.max_connections, &config.data_dir)
}

fn settings(config: &Config) -> pg::Config {
    pg::Config::new(config.data_dir.join("postgres"))
        .bin_dir(config.database.bin_dir.clone())
        .superuser(OWNER)
        .login_role(APP)
        .login_role(SYSTEM)
        .database(DATABASE)
}

fn parse(key: &str, url: &str) -> Result<Servers> {
    let servers =
        each_server(url).iter().map(|url| PgConnectOptions::from_str(url)).collect::<Result<_, _>>();
    servers.with_context(|| format!("database.{key} is not an address of PostgreSQL"))
}

/// The addresses of the two roles, where an operator manages them.
fn given_roles(config: &Config) -> Option<(&str, &str)> {
    Some((config.database.app_url.as_deref()?, config.database.system_url.as_deref()?))
}

/// On a given server whose owner is all that we were told: passwords for the two roles, new at each start and known
/// to this process alone.
pub(super) async fn give_passwords(config: &Config, connect: &mut Connect) -> Result<()> {
    if config.database.url.is_none() || given_roles(config).is_some() {
        return Ok(());
    }
    let mut owner = connect.as_owner().await?;
    for (role, servers) in [(APP, &mut connect.app), (SYSTEM, &mut connect.system)] {
        let password = new_password()?;
        // ALTER ROLE takes no parameters; the text is 48 hexadecimal digits of our own.
        sqlx::raw_sql(AssertSqlSafe(format!("ALTER ROLE {role} PASSWORD '{password}'")))
            .execute(&mut owner)
            .await
            .with_context(|| {
                format!(
                    "the owner in database.url may not set the password of {role}; give database.app_url and \
                     database.system_url"
                )
            })?;
        for server in servers {
            *server = server.clone().password(&password);
        }
    }
    owner.close().await?;
    Ok(())
}

fn new_password() -> Result<String> {
    let mut bytes = [0_u8; 24];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system has no randomness"))?;
    let mut password = String::with_capacity(48);
    for byte in bytes {
        write!(password, "{byte:02x}")?;
    }
    Ok(password)
}
