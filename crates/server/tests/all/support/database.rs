//! A database of each test's own, cloned from a template that the migrations made once.

use sallyport_testkit::postgres::{Template, TestDb};
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::OnceCell;

/// The schema, step by step.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// A database; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase(Place);

#[derive(Debug)]
enum Place {
    /// On the server of the run.
    Copy(TestDb),
    /// On servers of the test's own, by their ports.
    Servers(Vec<u16>),
}

impl TestDatabase {
    pub async fn fresh() -> Self {
        let template = TEMPLATE.get_or_init(|| {
            Template::make("sallyport_template", |owner| async move {
                let mut connection = owner.connect().await?;
                MIGRATIONS.run(&mut connection).await?;
                Ok(connection.close().await?)
            })
        });
        Self(Place::Copy(TestDb::fresh(template.await).await))
    }

    /// The database `sallyport` of servers of which at most one is the primary.
    pub fn on(ports: &[u16]) -> Self {
        Self(Place::Servers(ports.to_vec()))
    }

    /// For a configuration.
    pub fn url(&self, role: &str) -> String {
        match &self.0 {
            Place::Copy(copy) => copy.connect_options(role).to_url_lossy().to_string(),
            Place::Servers(ports) => {
                let hosts: Vec<String> = ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
                format!("postgresql://{role}@{}/sallyport", hosts.join(","))
            }
        }
    }

    /// Lets the provider's people in by their password alone, as a customer's: second factors have their own tests.
    pub async fn ask_for_no_factor(&self) {
        sqlx::query("UPDATE organizations SET mfa_required = false")
            .execute(&mut self.superuser().await)
            .await
            .unwrap();
    }

    /// Under no wall; of several servers, at the first that is no replica.
    pub async fn superuser(&self) -> PgConnection {
        let ports = match &self.0 {
            Place::Copy(copy) => return copy.owner().await,
            Place::Servers(ports) => ports,
        };
        for port in ports {
            let url = format!("postgresql://sallyport_owner@127.0.0.1:{port}/sallyport");
            let Ok(mut sql) = PgConnection::connect(&url).await else { continue };
            let replica = sqlx::query_scalar("SELECT pg_is_in_recovery()").fetch_one(&mut sql).await;
            if matches!(replica, Ok(false)) {
                return sql;
            }
        }
        panic!("no server of the test's takes writes")
    }
}
