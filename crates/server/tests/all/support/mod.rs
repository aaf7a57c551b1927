//! Actors who speak: `let tech = app.technician(&acme).await; tech.post("/api/…", body).await`.

mod actor;
mod answer;
pub mod authenticator;
mod database;
pub mod passkey;
mod second;
pub mod socket;

pub use actor::Actor;
pub use answer::Answer;
pub use database::{MIGRATIONS, TestDatabase};
pub use second::Second;
pub use socket::{Terminal, handshake};

use sallyport::clock::Clock;
use sallyport::config::Config;
use sallyport::startup::{self, Platform};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// A platform of its own: fresh database, fresh data folder, a real listener.
pub struct TestApp {
    pub platform: Platform,
    pub clock: Clock,
    pub address: SocketAddr,
    pub client: reqwest::Client,
    pub database: database::TestDatabase,
    pub data: TempDir,
    pub provider: Uuid,
    serving: JoinHandle<()>,
}

/// A customer as tests speak of it.
#[derive(Clone, Debug)]
pub struct Customer {
    pub id: Uuid,
    pub name: String,
}

/// The hash of a password as it was made before there was a pepper: for who has none at hand.
pub fn before_the_pepper(password: &str) -> String {
    use argon2::password_hash::PasswordHasher as _;
    argon2::Argon2::default().hash_password(password.as_bytes()).unwrap().to_string()
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// One that strangers may ask as often as they like, because all of them come from one address here.
    pub async fn start_for_strangers() -> Self {
        Self::start_with(|config| config.limits.address_per_second = 100_000.try_into().unwrap()).await
    }

    /// The same with another configuration.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_at(TestDatabase::fresh().await, change).await
    }

    /// The same on another database.
    pub async fn start_at(database: TestDatabase, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let mut config = Config { data_dir: data.path().join("data"), ..Config::default() };
        config.database.url = Some(database.url("sallyport_owner"));
        config.database.app_url = Some(database.url("sallyport_app"));
        config.database.system_url = Some(database.url("sallyport_system"));
        config.database.max_connections = 12;
        config.http.listen = listener.local_addr().unwrap();
        config.http.public_url = format!("http://{}", listener.local_addr().unwrap());
        // What is measured is worth nothing while all cores are busy with tests.
        config.auth.hash_ms = 0;
        change(&mut config);
        Self::start_on(listener, config, database, data).await
    }

    async fn start_on(
        listener: TcpListener,
        config: Config,
        database: database::TestDatabase,
        data: TempDir,
    ) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let clock = Clock::default();
        let platform = startup::start(config, clock.clone()).await.expect("the platform starts");
        let provider = platform.app.provider.0;
        database.ask_for_no_factor().await;
        let address = listener.local_addr().unwrap();
        let service = sallyport::routes::service(platform.app.clone());
        let serving = tokio::spawn(sallyport::http::listen::answer(listener, service));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { platform, clock, address, client, database, data, provider, serving }
    }

    /// Where the service answers.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where people think that it is.
    pub fn origin(&self) -> &str {
        &self.platform.app.config.http.public_url
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Actor {
        Actor::stranger(self)
    }

    pub async fn super_admin(&self) -> Actor {
        Actor::new(self, self.provider, "super_admin").await
    }

    pub async fn account_manager(&self) -> Actor {
        Actor::new(self, self.provider, "account_manager").await
    }

    pub async fn security_analyst(&self) -> Actor {
        Actor::new(self, self.provider, "security_analyst").await
    }

    /// A technician without any grant.
    pub async fn technician(&self) -> Actor {
        Actor::new(self, self.provider, "technician").await
    }

    /// Somebody of a customer: `admin`, `report_viewer`, `request_user`, `basic_user`.
    pub async fn member(&self, customer: &Customer, role: &str) -> Actor {
        Actor::new(self, customer.id, role).await
    }

    /// A new customer, made through the API.
    pub async fn customer(&self, name: &str) -> Customer {
        let admin = self.super_admin().await;
        let made = admin.post("/api/organizations", json!({ "name": name })).await.created();
        Customer { id: made["id"].as_str().unwrap().parse().unwrap(), name: name.to_owned() }
    }

    /// A grant, made through the API by an account manager; its id.
    pub async fn grant(&self, technician: &Actor, customer: &Customer, level: &str) -> String {
        let manager = self.account_manager().await;
        let wish = json!({
            "technicianId": technician.id, "customerOrgId": customer.id, "accessLevel": level, "reason": "a test",
        });
        let made = manager.post("/api/technician-access/grant", wish).await.created();
        made["id"].as_str().unwrap().to_owned()
    }

    /// A connection that is under no wall: to look at what is really there.
    pub async fn sql(&self) -> sqlx::PgConnection {
        self.database.superuser().await
    }

    /// Newest audit codes with their outcome, oldest first.
    pub async fn audit_trail(&self) -> Vec<(String, String)> {
        let mut sql = self.sql().await;
        sqlx::query_as("SELECT code, outcome FROM audit_logs ORDER BY occurred_at, id")
            .fetch_all(&mut sql)
            .await
            .unwrap()
    }

    /// How many entries there are now.
    pub async fn audit_count(&self) -> i64 {
        let mut sql = self.sql().await;
        sqlx::query_scalar("SELECT count(*) FROM audit_logs").fetch_one(&mut sql).await.unwrap()
    }

    /// Waits until a question to the database is answered with yes.
    pub async fn until_sql(&self, question: &str) {
        let mut sql = self.sql().await;
        for _ in 0..400 {
            let yes = sqlx::query_scalar(sqlx::AssertSqlSafe(question.to_owned()));
            if yes.fetch_one(&mut sql).await.unwrap() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never: {question}");
    }

    /// Every mail of this kind to somebody that was kept instead of sent, oldest first.
    pub fn mails_to(&self, email: &str, kind: &str) -> Vec<Value> {
        let Ok(folder) = std::fs::read_dir(self.platform.app.config.data_dir.join("mail")) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let mails = paths.iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
        mails.filter(|mail: &Value| mail["recipient"] == email && mail["kind"] == kind).collect()
    }

    /// The first mail of this kind to somebody, once it is there.
    pub async fn mail_to(&self, email: &str, kind: &str) -> Value {
        for _ in 0..400 {
            if let Some(mail) = self.mails_to(email, kind).into_iter().next() {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no mail of {kind} to {email}");
    }

    /// Ends it in order, as ctrl-C does.
    pub async fn stop(self) {
        self.platform.stop().await;
        self.serving.abort();
    }

    /// Stops it in order and starts another instance's life on the same database and data folder.
    pub async fn restart(self) -> Self {
        let config = self.platform.app.config.clone();
        self.platform.stop().await;
        self.serving.abort();
        let _ = self.serving.await;
        let listener = TcpListener::bind(config.http.listen).await.unwrap();
        Self::start_on(listener, config, self.database, self.data).await
    }
}
