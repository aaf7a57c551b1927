//! The server of the run: given by `SALLYPORT_TEST_PG` (`./test` starts one for all test programs), or started
//! by the first test that asks and stopped with the test program.

use std::path::PathBuf;
use std::str::FromStr;

use sallyport_pg_cluster::{Cluster, Config, Running};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::OnceCell;

use super::OWNER;

const APP: &str = "sallyport_app";
const SYSTEM: &str = "sallyport_system";

static CLUSTER: OnceCell<TestCluster> = OnceCell::const_new();

/// A server whose data may be lost at any time.
#[derive(Debug)]
pub struct TestCluster {
    /// As the owner to the database `postgres`.
    owner: PgConnectOptions,
    /// Holds our own server, if we had to start one. A static is never dropped: the guard of the cluster, which
    /// sees this process end, stops it and removes its folder.
    _running: Option<Running>,
}

impl TestCluster {
    /// The one of this run.
    pub async fn get() -> &'static Self {
        CLUSTER.get_or_init(Self::start).await
    }

    async fn start() -> Self {
        if let Ok(url) = std::env::var("SALLYPORT_TEST_PG") {
            let owner =
                PgConnectOptions::from_str(&url).expect("SALLYPORT_TEST_PG is not an address of PostgreSQL");
            return Self { owner, _running: None };
        }
        // Not below `target`, which may lie where PostgreSQL's own user cannot go.
        let folder =
            tempfile::Builder::new().prefix("sallyport-test-").tempdir().expect("a folder for PostgreSQL");
        let folder: PathBuf = folder.keep();
        let config = Config::for_tests(folder).superuser(OWNER).login_role(APP).login_role(SYSTEM);
        let running = Cluster::open(config).start().await.expect("PostgreSQL of the tests");
        Self { owner: running.connect_options(OWNER, "postgres"), _running: Some(running) }
    }

    /// To connect as a role to a database: `sallyport_owner`, who made the cluster, or `sallyport_app` and
    /// `sallyport_system`, once the migrations have made them.
    pub fn connect_options(&self, role: &str, database: &str) -> PgConnectOptions {
        self.owner.clone().username(role).database(database)
    }

    /// To connect as the owner.
    pub fn owner_options(&self, database: &str) -> PgConnectOptions {
        self.owner.clone().database(database)
    }

    /// As the owner, outside of every database of a test.
    pub(crate) async fn connect(&self) -> PgConnection {
        self.owner.connect().await.expect("PostgreSQL of the tests does not answer")
    }

    /// Runs statements about databases, which are built of names of our own making.
    pub(crate) async fn run(&self, statements: &[String]) {
        let mut connection = self.connect().await;
        for sql in statements {
            let sql = AssertSqlSafe(sql.clone());
            sqlx::raw_sql(sql).execute(&mut connection).await.expect("a statement of the testkit");
        }
        let _ = connection.close().await;
    }
}
