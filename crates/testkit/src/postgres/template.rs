//! A database with the schema in it, made once a run and copied for each test.

use anyhow::Result;
use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;

use super::TestCluster;

/// A database that is only ever copied.
#[derive(Debug, Clone)]
pub struct Template {
    pub(crate) name: String,
}

impl Template {
    /// Makes the template `name` by letting `fill` loose on an empty database as its owner. Test programs that
    /// share a server and the `name` make it once: the first does the work, the others wait for it. A template
    /// is only as old as its server, so a changed schema needs no other name.
    pub async fn make<F, Filling>(name: &str, fill: F) -> Self
    where
        F: FnOnce(PgConnectOptions) -> Filling,
        Filling: Future<Output = Result<()>>,
    {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(!name.is_empty() && name.bytes().all(plain), "`{name}`: a-z, 0-9 and _ only");
        let cluster = TestCluster::get().await;
        let (ready, making) = (format!("template_{name}"), format!("template_{name}_making"));

        let mut connection = cluster.connect().await;
        sqlx::query("SELECT pg_advisory_lock(hashtext($1))")
            .bind(&ready)
            .execute(&mut connection)
            .await
            .expect("the lock of the template");
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&ready)
            .fetch_one(&mut connection)
            .await
            .expect("a look at the databases");
        if !exists {
            // One that failed half-way keeps its other name and is thrown away.
            let drop = format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)");
            cluster.run(&[drop, format!("CREATE DATABASE {making}")]).await;
            fill(cluster.owner_options(&making)).await.expect("the schema of the template");
            let close = format!("ALTER DATABASE {making} WITH ALLOW_CONNECTIONS false");
            cluster.run(&[close, format!("ALTER DATABASE {making} RENAME TO {ready}")]).await;
        }
        let _ = connection.close().await;
        Self { name: ready }
    }
}
