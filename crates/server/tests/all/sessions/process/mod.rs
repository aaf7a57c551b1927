//! The binary itself, as a process of its own: its memory, and its death.

mod kills;
mod log;
mod lost;
mod memory;
mod partition;

use crate::support::{Actor, TestDatabase, before_the_pepper};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;
use uuid::Uuid;

const PASSWORD: &str = "verglas mitten orrery 42";

/// A data folder and a database that outlive the process on them.
pub struct Estate {
    pub database: Arc<TestDatabase>,
    folder: TempDir,
    address: SocketAddr,
    hash: String,
}

/// A running `sallyport serve`; killed with this value.
pub struct Server {
    child: Child,
    pub base: String,
}

impl Estate {
    /// On whose platform `targets` may be reached.
    pub async fn new(targets: &[SocketAddr]) -> Self {
        let database = Arc::new(TestDatabase::fresh().await);
        let hash = before_the_pepper(PASSWORD);
        let address = free_address();
        Self::furnish(database, hash, address, address, "", targets)
    }

    /// That of another instance of the same platform, once this one has been started.
    pub fn beside(&self, targets: &[SocketAddr]) -> Self {
        let key = std::fs::read_to_string(self.data().join("root.key")).unwrap();
        let key = format!("root_key = {:?}\n", key.trim());
        let (database, hash) = (Arc::clone(&self.database), self.hash.clone());
        Self::furnish(database, hash, free_address(), self.address, &key, targets)
    }

    fn furnish(
        database: Arc<TestDatabase>,
        hash: String,
        address: SocketAddr,
        public: SocketAddr,
        top: &str,
        targets: &[SocketAddr],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let allow: Vec<String> = targets.iter().map(|address| format!("{:?}", address.to_string())).collect();
        let config = format!(
            "{top}data_dir = {:?}\n[http]\nlisten = \"{address}\"\npublic_url = \"http://{public}\"\n[database]\nurl = {:?}\n\
             app_url = {:?}\nsystem_url = {:?}\n[targets]\nallow = [{}]\n[limits]\nuser_per_second = 10000\n\
             organization_per_second = 10000\n",
            folder.path().join("data"),
            database.url("sallyport_owner"),
            database.url("sallyport_app"),
            database.url("sallyport_system"),
            allow.join(", ")
        );
        std::fs::write(folder.path().join("sallyport.toml"), config).unwrap();
        Self { database, folder, address, hash }
    }

    /// More of the configuration, before the platform is started.
    pub fn configure(&self, more: &str) {
        let path = self.folder.path().join("sallyport.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{config}{more}")).unwrap();
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the platform and waits until it is ready; with how long that took.
    pub async fn start(&self) -> (Server, Duration) {
        self.start_saying("info,sqlx=warn,russh=warn").await
    }

    /// The same, its log as talkative as this filter lets it be.
    pub async fn start_saying(&self, filter: &str) -> (Server, Duration) {
        let log =
            std::fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let begun = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sallyport"));
        // What the environment says to the tests is not meant for the platform.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SALLYPORT_")) {
            command.env_remove(name);
        }
        let child = command
            .env("SALLYPORT_LOG", filter)
            .args(["serve", "--config"])
            .arg(self.folder.path().join("sallyport.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server { child, base: format!("http://{}", self.address) };
        let client = reqwest::Client::new();
        loop {
            let ready = client.get(format!("{}/readyz", server.base)).send().await;
            if ready.is_ok_and(|answer| answer.status() == 200) {
                return (server, begun.elapsed());
            }
            let gone = server.child.try_wait().unwrap();
            assert!(gone.is_none() && begun.elapsed() < Duration::from_secs(60), "{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A person of the provider: their id and address.
    pub async fn add_person(&self, role: &str) -> (Uuid, String) {
        self.database.ask_for_no_factor().await;
        let mut sql = self.database.superuser().await;
        let id = sallyport::clock::Clock::default().new_id();
        let email = format!("{role}.{}@example.test", &id.to_string()[24..]);
        sqlx::query(
            "INSERT INTO users (org_id, id, email, display_name, role, status, password_hash)
             SELECT id, $1, $2, $3, $3, 'active', $4 FROM organizations WHERE type = 'mss_provider'",
        )
        .bind(id)
        .bind(&email)
        .bind(role)
        .bind(&self.hash)
        .execute(&mut sql)
        .await
        .unwrap();
        (id, email)
    }

    /// A person of the provider, signed in by password.
    pub async fn person(&self, server: &Server, role: &str) -> (Uuid, Actor) {
        let (id, email) = self.add_person(role).await;
        let login = json!({ "email": email, "password": PASSWORD, "delivery": "body" });
        let signed_in = Actor::with_token(&server.base, "").post("/api/auth/login", login).await.ok();
        (id, Actor::with_token(&server.base, signed_in["accessToken"].as_str().unwrap()))
    }
}

/// Where nothing listens.
fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As ctrl-C does.
    pub async fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "it does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the platform of `server` answers.
pub fn address_of(server: &Server) -> SocketAddr {
    server.base.trim_start_matches("http://").parse().unwrap()
}

/// A file of /proc of the process.
pub fn of_process(server: &Server, name: &str) -> std::path::PathBuf {
    Path::new("/proc").join(server.pid().to_string()).join(name)
}
