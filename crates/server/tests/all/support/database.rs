//! A database of each test's own, cloned from a template that the migrations made once.

use sallyport_testkit::postgres::{Template, TestDb};
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::OnceCell;

/// The schema, step by step.
pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// A database; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase(TestDb);

impl TestDatabase {
    pub async fn fresh() -> Self {
        let template = TEMPLATE.get_or_init(|| {
            Template::make("sallyport_template", |owner| async move {
                let mut connection = owner.connect().await?;
                MIGRATIONS.run(&mut connection).await?;
                Ok(connection.close().await?)
            })
        });
        Self(TestDb::fresh(template.await).await)
    }

    /// For a configuration.
    pub fn url(&self, role: &str) -> String {
        self.0.connect_options(role).to_url_lossy().to_string()
    }

    /// Lets the provider's people in by their password alone, as a customer's: second factors have their own tests.
    pub async fn ask_for_no_factor(&self) {
        sqlx::query("UPDATE organizations SET mfa_required = false")
            .execute(&mut self.superuser().await)
            .await
            .unwrap();
    }

    /// Under no wall.
    pub async fn superuser(&self) -> PgConnection {
        self.0.owner().await
    }
}
