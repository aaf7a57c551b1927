//! Which PostgreSQL.

use anyhow::{Result, ensure};
use serde::Deserialize;
use std::path::PathBuf;

/// Section `database`. Without a URL the platform runs a private cluster in the data folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// A PostgreSQL of version 15 or later, as the owner of the tables (may create roles, once). A primary and its replicas are named as libpq has it, `postgresql://user@one:5432,two:5432/sallyport`: whichever of them takes writes is used, and no other is ever asked. What a failover is never to lose has to be on the replica first: set `synchronous_standby_names`.
    pub url: Option<String>,
    /// The same database (the same servers in the same order) as `sallyport_app`; without it and `system_url` the owner gives both roles passwords of their own.
    pub app_url: Option<String>,
    /// The same database as `sallyport_system`; both or neither.
    pub system_url: Option<String>,
    /// Where the PostgreSQL programs of the private cluster are; without it they are looked for.
    pub bin_dir: Option<PathBuf>,
    /// Connections at most, 5 or more: a quarter for what happens without a caller (sign-in, tickets), two for live sessions, the rest for callers.
    pub max_connections: u32,
}

impl Database {
    /// What cannot be meant.
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.app_url.is_some() == self.system_url.is_some(),
            "database.app_url and database.system_url go together: give both, or neither, and the owner in \
             database.url gives both roles passwords of their own"
        );
        ensure!(
            self.url.is_some() || self.app_url.is_none(),
            "database.app_url and database.system_url are of no use without database.url, the same database as the \
             owner of its tables"
        );
        for url in [&self.url, &self.app_url, &self.system_url].into_iter().flatten() {
            let servers = each_server(url);
            ensure!(
                servers.len() == 1 || !hosts(url).1.split(',').any(str::is_empty),
                "an address of the database names several servers, and one of them is empty"
            );
        }
        ensure!(
            self.max_connections >= 5,
            "database.max_connections must be 5 at least; it is {}",
            self.max_connections
        );
        Ok(())
    }
}

/// An address of one server for each that `url` names between commas.
pub fn each_server(url: &str) -> Vec<String> {
    let (before, hosts, after) = hosts(url);
    hosts.split(',').map(|host| format!("{before}{host}{after}")).collect()
}

/// What stands before the hosts, they themselves, and the rest.
fn hosts(url: &str) -> (&str, &str, &str) {
    let begin = url.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = url.split_at(begin);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let user = authority.rfind('@').map_or(0, |at| at + 1);
    let (_, hosts) = authority.split_at(user);
    let (before, _) = url.split_at(scheme.len() + user);
    (before, hosts, after)
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, app_url: None, system_url: None, bin_dir: None, max_connections: 16 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l06_an_address_may_name_several_servers() {
        for (url, expected) in [
            (
                "postgresql:///sallyport?host=/run/postgresql",
                &["postgresql:///sallyport?host=/run/postgresql"][..],
            ),
            ("postgres://ada@db/x", &["postgres://ada@db/x"]),
            (
                "postgres://ada:s%40,cret@one:5432,[::1]:5433,three/x?sslmode=require,a",
                &[
                    "postgres://ada:s%40,cret@one:5432/x?sslmode=require,a",
                    "postgres://ada:s%40,cret@[::1]:5433/x?sslmode=require,a",
                    "postgres://ada:s%40,cret@three/x?sslmode=require,a",
                ],
            ),
            ("postgres://one,two", &["postgres://one", "postgres://two"]),
        ] {
            assert_eq!(each_server(url), expected);
        }
        for bad in ["postgres://ada@one,/x", "postgres://,two/x", "postgres://one,,two/x"] {
            let said = Database { url: Some(bad.to_owned()), ..Database::default() }
                .check()
                .unwrap_err()
                .to_string();
            assert!(said.contains("one of them is empty"), "{said}");
        }
    }

    #[test]
    fn the_addresses_of_the_roles_go_together() {
        let url = || Some("postgresql:///sallyport".to_owned());
        let with = |owner: bool, app: bool, system: bool| Database {
            url: owner.then(url).flatten(),
            app_url: app.then(url).flatten(),
            system_url: system.then(url).flatten(),
            ..Database::default()
        };
        for fine in [with(false, false, false), with(true, false, false), with(true, true, true)] {
            fine.check().unwrap();
        }
        for (wrong, complaint) in [
            (with(true, true, false), "give both, or neither"),
            (with(true, false, true), "give both, or neither"),
            (with(false, true, true), "of no use without database.url"),
            (Database { max_connections: 4, ..Database::default() }, "5 at least; it is 4"),
        ] {
            let said = wrong.check().unwrap_err().to_string();
            assert!(said.contains(complaint), "{said}");
        }
    }
}
