//! A real OpenID provider: npm's certified `oidc-provider`, with one client and one person who is signed in already.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running provider; ended with this value.
#[derive(Debug)]
pub struct OidcProvider {
    server: Child,
    output: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl OidcProvider {
    /// Starts one that knows nobody yet.
    pub fn start() -> Result<Self> {
        let mut server = Command::new("node")
            .arg("server.mjs")
            .current_dir(crate::tool("oidc-provider")?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start node")?;
        let mut output = BufReader::new(server.stdout.take().context("no output")?);
        let mut said = String::new();
        output.read_line(&mut said)?;
        let port = said.trim().parse().with_context(|| format!("oidc-provider has no port: {said}"))?;
        Ok(Self { server, output, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)) })
    }

    /// Tells its client (metadata of Dynamic Client Registration 1.0, section 2) and the claims of its person.
    pub fn know(&mut self, client: &Value, claims: &Value) -> Result<()> {
        let input = self.server.stdin.as_mut().context("no input")?;
        writeln!(input, "{}", json!({ "client": client, "claims": claims }))?;
        for said in (&mut self.output).lines() {
            // It may warn before.
            if said? == "ready" {
                return Ok(());
            }
        }
        bail!("oidc-provider ended")
    }

    /// Its issuer.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
