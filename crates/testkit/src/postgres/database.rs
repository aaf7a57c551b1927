//! One database for one test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::{Template, TestCluster};

/// A copy of a template that nobody else sees; dropped with this value, at the latest with the server.
#[derive(Debug)]
pub struct TestDb {
    cluster: &'static TestCluster,
    name: String,
}

impl TestDb {
    /// A new copy.
    pub async fn fresh(template: &Template) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let cluster = TestCluster::get().await;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let source = &template.name;
        cluster
            .run(&[
                // A leftover of an earlier program with our number, on a server that outlives programs.
                format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                format!("CREATE DATABASE {name} TEMPLATE {source}"),
                // Who may connect is a matter of the database, not of its content, and is not copied with it.
                format!(
                    "UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = '{source}')
                     WHERE datname = '{name}'"
                ),
            ])
            .await;
        Self { cluster, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// To connect as a role.
    pub fn connect_options(&self, role: &str) -> PgConnectOptions {
        self.cluster.connect_options(role, &self.name)
    }

    /// To connect as the owner, who sees everything.
    pub fn owner_options(&self) -> PgConnectOptions {
        self.cluster.owner_options(&self.name)
    }

    /// A connection of the owner, to look at what a test did.
    pub async fn owner(&self) -> PgConnection {
        self.owner_options().connect().await.expect("the database of the test does not answer")
    }
}

impl Drop for TestDb {
    /// Best effort, on a thread of its own: a test need not wait, and its runtime may be ending.
    fn drop(&mut self) {
        static DROPPER: OnceLock<Sender<TestDbName>> = OnceLock::new();
        let dropper = DROPPER.get_or_init(start_dropper);
        let _ = dropper.send(TestDbName { cluster: self.cluster, name: std::mem::take(&mut self.name) });
    }
}

struct TestDbName {
    cluster: &'static TestCluster,
    name: String,
}

fn start_dropper() -> Sender<TestDbName> {
    let (sender, receiver) = channel::<TestDbName>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        for TestDbName { cluster, name } in receiver {
            runtime.block_on(async {
                let Ok(mut connection) = cluster.owner_options("postgres").connect().await else { return };
                let drop = AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                let _ = sqlx::raw_sql(drop).execute(&mut connection).await;
            });
        }
    });
    sender
}
