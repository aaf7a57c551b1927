//! Which PostgreSQL.

use serde::Deserialize;
use std::path::PathBuf;

/// Section `database`. Without a URL the platform runs a private cluster in the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// A PostgreSQL of version 15 or later, as the owner of the tables (may create roles, once).
    pub url: Option<String>,
    /// The same database as `sallyport_app`; without it the owner gives that role a password of its own.
    pub app_url: Option<String>,
    /// Where the PostgreSQL programs of the private cluster are; without it they are looked for.
    pub bin_dir: Option<PathBuf>,
    /// Connections at most.
    pub max_connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, app_url: None, bin_dir: None, max_connections: 16 }
    }
}
