//! A real identity provider of both kinds, OpenID Connect and SAML: Keycloak on a Java runtime, with its database in
//! memory. It takes tens of seconds to start: one serves all tests of a program, each with a realm of its own.

use crate::browser::{Browser, PASSWORD, Request, USERNAME};
use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The address of who can sign in.
pub const EMAIL: &str = "alice@kestrel.example";
/// The group that they are in.
pub const GROUP: &str = "admins";
/// Of the first administrator.
const ADMIN: &str = "the-password-of-a-test";

/// A running Keycloak; ended with this value.
#[derive(Debug)]
pub struct Keycloak {
    server: Child,
    folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Keycloak {
    /// Starts one that has no realm but its own.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sallyport-keycloak-").tempdir()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::free_port()?));
        let log = fs::File::create(folder.path().join("log"))?;
        let server = Command::new(crate::tool("keycloak")?.join("bin/kc.sh"))
            .args(["start", "--optimized", "--http-enabled=true", "--http-host=127.0.0.1"])
            .args(["--hostname-strict=false", &format!("--http-port={}", address.port())])
            .env("KC_BOOTSTRAP_ADMIN_USERNAME", "admin")
            .env("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN)
            // It lives for a minute: compiling it well takes longer than running it.
            .env("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // The program is a script that starts Java beside itself.
            .process_group(0)
            .spawn()
            .context("cannot start Keycloak")?;
        let mut started = Self { server, folder, address };
        started.wait()?;
        Ok(started)
    }

    /// A realm where [`USERNAME`] can sign in, with these clients (`ClientRepresentation` of its admin API).
    pub fn open_realm(&self, name: &str, clients: &Value) -> Result<()> {
        let realm = json!({
            "realm": name, "enabled": true, "groups": [{ "name": GROUP }], "clients": clients,
            "users": [{
                "username": USERNAME, "email": EMAIL, "emailVerified": true, "firstName": "Alice",
                "lastName": "Example", "enabled": true, "groups": [GROUP],
                "credentials": [{ "type": "password", "value": PASSWORD, "temporary": false }],
            }],
        });
        self.administer("admin/realms", &realm.to_string())
    }

    /// Makes something by its admin API.
    fn administer(&self, path: &str, body: &str) -> Result<()> {
        let token = self.token()?;
        let request = Request {
            method: "POST",
            url: &self.url(path),
            content_type: "application/json",
            authorization: &format!("Bearer {token}"),
            body,
        };
        let answer = Browser::default().fetch(request)?;
        ensure!(
            (200..300).contains(&answer.status),
            "Keycloak: POST {path}: {} {}",
            answer.status,
            answer.body
        );
        Ok(())
    }

    /// What a realm says of itself as a SAML provider.
    pub fn saml_metadata(&self, realm: &str) -> Result<String> {
        let page = Browser::default().get(&format!("{}/protocol/saml/descriptor", self.realm(realm)))?;
        ensure!(page.status == 200, "Keycloak has no metadata: {} {}", page.status, page.body);
        Ok(page.body)
    }

    /// The address of a realm: its issuer, and what its SAML entity is called.
    pub fn realm(&self, name: &str) -> String {
        self.url(&format!("realms/{name}"))
    }

    /// What it wrote about itself.
    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn token(&self) -> Result<String> {
        let request = Request {
            method: "POST",
            url: &self.url("realms/master/protocol/openid-connect/token"),
            content_type: "application/x-www-form-urlencoded",
            authorization: "",
            body: &format!("grant_type=password&client_id=admin-cli&username=admin&password={ADMIN}"),
        };
        let answer = Browser::default().fetch(request)?;
        let token: Value = serde_json::from_str(&answer.body).context(answer.body)?;
        token["access_token"].as_str().map(str::to_owned).context("Keycloak gave its administrator no token")
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    fn wait(&mut self) -> Result<()> {
        let until = Instant::now() + Duration::from_mins(4);
        loop {
            if TcpStream::connect(self.address).is_ok()
                && Browser::default().get(&self.realm("master")).is_ok_and(|page| page.status == 200)
            {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("Keycloak ended with {status}: {}", self.log());
            }
            ensure!(Instant::now() < until, "Keycloak does not answer: {}", self.log());
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Keycloak {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.server.wait();
    }
}
