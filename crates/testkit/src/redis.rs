//! A real Redis on loopback, with a folder of its own.

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running redis-server; killed and removed with this value.
#[derive(Debug)]
pub struct Redis {
    server: Child,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts one and waits until it answers.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sallyport-redis-").tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let server = serve(folder.path(), port)?;
        let redis = Self { server, port, folder };
        redis.until_it_answers()?;
        Ok(redis)
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The same for a configuration.
    pub fn url(&self) -> String {
        format!("redis://{}", self.address())
    }

    /// Its snapshot.
    pub fn snapshot(&self) -> PathBuf {
        self.folder.path().join("dump.rdb")
    }

    /// What it answers to a command.
    pub fn command(&self, command: &[&str]) -> Result<String> {
        let mut client = Command::new("redis-cli");
        client.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]).args(command);
        let output = client.stdin(Stdio::null()).output().context("redis-cli does not start")?;
        ensure!(output.status.success(), "redis-cli: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Stops its process in mid-work, or lets it go on.
    pub fn freeze(&self, frozen: bool) -> Result<()> {
        let signal = if frozen { Signal::STOP } else { Signal::CONT };
        Ok(kill_process(Pid::from_child(&self.server), signal)?)
    }

    /// Kills it without a word.
    pub fn kill(&mut self) -> Result<()> {
        self.server.kill()?;
        self.server.wait()?;
        Ok(())
    }

    /// Starts it again where it was, with whatever snapshot lies in its folder.
    pub fn start_again(&mut self) -> Result<()> {
        self.server = serve(self.folder.path(), self.port)?;
        self.until_it_answers()
    }

    fn until_it_answers(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if self.command(&["PING"]).is_ok_and(|answer| answer == "PONG") {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("redis-server does not answer")
    }
}

fn serve(folder: &std::path::Path, port: u16) -> Result<Child> {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no"])
        .args(["--daemonize", "no", "--protected-mode", "yes"])
        .arg("--dir")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("redis-server does not start; is the package redis-server installed?")
}

impl Drop for Redis {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
