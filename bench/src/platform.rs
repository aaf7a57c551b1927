//! The released server as a process of its own, on a PostgreSQL of its own with the durability of production.

use crate::http::Person;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use sallyport_pg_cluster::{Cluster, Config, Running};
use serde_json::json;
use sqlx::ConnectOptions as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) const OWNER: &str = "sallyport_owner";
pub(crate) const APP: &str = "sallyport_app";
pub(crate) const SYSTEM: &str = "sallyport_system";
const DATABASE: &str = "sallyport";
const ADMIN: &str = "ada@fortlock.example";
const PASSWORD: &str = "correct-Horse-battery-9-staple";

/// A running platform, with its first super admin signed in.
pub(crate) struct Platform {
    pub(crate) address: String,
    pub(crate) admin: Person,
    pub(crate) postgres: Running,
    pub(crate) server: Child,
    data: TempDir,
}

impl Platform {
    /// Starts one that may reach `targets` and that limits nobody's rate.
    pub(crate) async fn start(binary: &Path, targets: &[std::net::SocketAddr]) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("sallyport-bench-").tempdir()?;
        let config = Config::new(data.path().join("postgres"))
            .superuser(OWNER)
            .login_role(APP)
            .login_role(SYSTEM)
            .database(DATABASE);
        let postgres = Cluster::open(config).start().await.context("PostgreSQL")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let folder = data.path().join("data");
        let mut server = instance(binary, &postgres, &folder, &address, targets)
            .spawn()
            .with_context(|| format!("cannot run {}", binary.display()))?;
        let out = server.stdout.take().context("the server's output")?;
        let token = setup_token(BufReader::new(out)).await?;
        let stranger = Person::stranger(&address);
        let wish = json!({
            "token": token, "organizationName": "Fort Lock", "email": ADMIN,
            "displayName": "Ada Lock", "password": PASSWORD,
        });
        stranger.post("/api/auth/setup", wish).await?;
        // A code is good once in half a minute, and the bench signs in more often: by the password alone.
        let mut sql = postgres.connect_options(OWNER, DATABASE).connect().await?;
        sqlx::query("UPDATE organizations SET mfa_required = false").execute(&mut sql).await?;
        let admin = Person::sign_in(&address, ADMIN, PASSWORD).await?;
        Ok(Self { address, admin, postgres, server, data })
    }

    /// Another instance on the same database, and its address. Both are reached under the name of the first.
    pub(crate) async fn beside(
        &self,
        binary: &Path,
        targets: &[std::net::SocketAddr],
    ) -> Result<(Child, String)> {
        let address = format!("127.0.0.1:{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        let key = std::fs::read_to_string(self.data.path().join("data/root.key"))?;
        let server = instance(binary, &self.postgres, &self.data.path().join("beside"), &address, targets)
            .env("SALLYPORT_ROOT_KEY", key.trim())
            .env("SALLYPORT_HTTP__PUBLIC_URL", format!("http://{}", self.address))
            .stdout(Stdio::null())
            .spawn()?;
        let until = Instant::now() + Duration::from_mins(1);
        while reqwest::get(format!("http://{address}/readyz")).await.is_err() {
            anyhow::ensure!(Instant::now() < until, "the second instance did not start");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok((server, address))
    }

    /// A person of this organization, invited and signed in; with their id.
    pub(crate) async fn person(&self, organization: &str, role: &str) -> Result<(String, Person)> {
        let email = format!("{role}@fortlock.example");
        let wish = json!({
            "organizationId": organization, "email": email, "displayName": format!("Robin {role}"), "role": role,
        });
        let invited = self.admin.post("/api/users", wish).await?;
        let id = crate::http::text(&invited, "/user/id")?.to_owned();
        let link = crate::http::text(&invited, "/invitationUrl")?;
        let token = link.split_once("token=").context("the link has no token")?.1;
        let accept = json!({ "token": token, "password": PASSWORD });
        Person::stranger(&self.address).post("/api/auth/invitations/accept", accept).await?;
        Ok((id, Person::sign_in(&self.address, &email, PASSWORD).await?))
    }

    /// Signs somebody in again: access tokens live five minutes.
    pub(crate) async fn again(&self, role: &str) -> Result<Person> {
        Person::sign_in(&self.address, &format!("{role}@fortlock.example"), PASSWORD).await
    }

    /// Signs the super admin in again.
    pub(crate) async fn again_admin(&self) -> Result<Person> {
        Person::sign_in(&self.address, ADMIN, PASSWORD).await
    }

    /// What the super admin stays signed in by, of a new sign-in.
    pub(crate) async fn refresh_token(&self) -> Result<String> {
        let wish = json!({ "email": ADMIN, "password": PASSWORD, "delivery": "body" });
        let data = Person::stranger(&self.address).post("/api/auth/login", wish).await?;
        Ok(crate::http::text(&data, "/refreshToken")?.to_owned())
    }

    /// To connect to its database as a role.
    pub(crate) fn database(&self, role: &str) -> sqlx::postgres::PgConnectOptions {
        self.postgres.connect_options(role, DATABASE)
    }

    /// Resident memory of the server, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<f64> {
        let id = self.server.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Stops all in order.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = self.server.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(id) = id {
            kill_process(id, Signal::TERM)?;
        }
        self.server.wait().await?;
        self.postgres.stop().await;
        self.data.close()?;
        Ok(())
    }
}

/// One that may reach `targets` and limits nobody's rate.
fn instance(
    binary: &Path,
    postgres: &Running,
    folder: &Path,
    address: &str,
    targets: &[std::net::SocketAddr],
) -> Command {
    let allowed: Vec<String> = targets.iter().map(|target| format!("\"{target}\"")).collect();
    let mut server = Command::new(binary);
    server
        .args(["serve", "--listen", address, "--data"])
        .arg(folder)
        .env("SALLYPORT_DATABASE__URL", postgres.url(OWNER, DATABASE))
        .env("SALLYPORT_DATABASE__APP_URL", postgres.url(APP, DATABASE))
        .env("SALLYPORT_DATABASE__SYSTEM_URL", postgres.url(SYSTEM, DATABASE))
        .env("SALLYPORT_TARGETS__ALLOW", format!("[{}]", allowed.join(",")))
        .env("SALLYPORT_LIMITS__ORGANIZATION_PER_SECOND", "1000000")
        .env("SALLYPORT_LIMITS__USER_PER_SECOND", "1000000")
        .env("SALLYPORT_LIMITS__ADDRESS_PER_SECOND", "1000000")
        // The least: what is measured is beside it.
        .env("SALLYPORT_AUTH__HASH_MS", "0")
        .env("SALLYPORT_LOG", "warn")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    server
}

/// Reads what the start prints until the link of an empty platform; then lets the rest run away.
async fn setup_token(mut out: BufReader<tokio::process::ChildStdout>) -> Result<String> {
    let mut line = String::new();
    loop {
        line.clear();
        anyhow::ensure!(out.read_line(&mut line).await? > 0, "the server ended before it said how to get in");
        if let Some((_, token)) = line.trim().split_once("/setup#token=") {
            let token = token.to_owned();
            tokio::spawn(async move { tokio::io::copy(&mut out, &mut tokio::io::sink()).await });
            return Ok(token);
        }
    }
}
