//! The configuration: a TOML file, then the environment (`SALLYPORT_HTTP__LISTEN`), checked at start. One file
//! a section; an unknown key stops the start with its name.

mod auth;
mod database;
mod forwarding;
mod http;
mod limits;
mod mail;
mod recordings;
mod redis;
mod sessions;
mod sso;
mod targets;

pub use auth::Auth;
pub use database::{Database, each_server};
pub use forwarding::Forwarding;
pub use http::Http;
pub use limits::Limits;
pub use mail::{Mail, Security, security as mail_security};
pub use recordings::{RecordingStore, Recordings};
pub use redis::Redis;
pub use sessions::Sessions;
pub use sso::Sso;
pub use targets::Targets;

use anyhow::{Context, Result};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where keys, the private PostgreSQL and recordings live.
    pub data_dir: PathBuf,
    /// A root key of 32 bytes in base64; without it one is made in the data folder (`root.key`, mode 0600).
    pub root_key: Option<String>,
    /// HTTP.
    pub http: Http,
    /// PostgreSQL.
    pub database: Database,
    /// Live sessions.
    pub sessions: Sessions,
    /// What may be reached.
    pub targets: Targets,
    /// Recordings.
    pub recordings: Recordings,
    /// Rate limits.
    pub limits: Limits,
    /// Proving who one is.
    pub auth: Auth,
    /// Mail.
    pub mail: Mail,
    /// Single sign-on.
    pub sso: Sso,
    /// Forwarding of the audit log.
    pub forwarding: Forwarding,
    /// Redis, for several instances.
    pub redis: Redis,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from(".data"),
            root_key: None,
            http: Http::default(),
            database: Database::default(),
            sessions: Sessions::default(),
            targets: Targets::default(),
            recordings: Recordings::default(),
            limits: Limits::default(),
            auth: Auth::default(),
            mail: Mail::default(),
            sso: Sso::default(),
            forwarding: Forwarding::default(),
            redis: Redis::default(),
        }
    }
}

impl Config {
    /// From `file`, if given, then the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let mut figment = Figment::new();
        if let Some(file) = file {
            anyhow::ensure!(file.is_file(), "there is no configuration file at {}", file.display());
            figment = figment.merge(Toml::file(file));
        }
        let config: Self = figment
            .merge(Env::prefixed("SALLYPORT_").ignore(&["log"]).split("__"))
            .extract()
            .context("the configuration does not fit")?;
        config.http.check()?;
        config.database.check()?;
        config.mail.check()?;
        config.redis.check()?;
        Ok(config)
    }
}
