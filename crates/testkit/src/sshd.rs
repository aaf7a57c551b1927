//! A real sshd on loopback, in the foreground, with keys of its own. Run as root it lets a throw-away user in by
//! password too; run as somebody else, only that somebody, by key.

use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How to start one.
#[derive(Debug, Clone, Default)]
pub struct SshdBuilder {
    extra: Vec<String>,
    password: Option<String>,
    key_kind: Option<&'static str>,
}

/// A running sshd; killed and removed with this value.
#[derive(Debug)]
pub struct Sshd {
    daemon: Child,
    folder: TempDir,
    address: SocketAddr,
    username: String,
    password: Option<String>,
    /// Made for this sshd, and removed with it.
    made_user: bool,
}

impl SshdBuilder {
    /// A line of `sshd_config`, before ours: the first of a kind counts.
    #[must_use]
    pub fn option(mut self, line: &str) -> Self {
        self.extra.push(line.to_owned());
        self
    }

    /// Lets a throw-away user in by this password. Needs root: only root reads the shadow file.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Another kind of host key than `ed25519`.
    #[must_use]
    pub fn host_key_kind(mut self, kind: &'static str) -> Self {
        self.key_kind = Some(kind);
        self
    }

    /// Starts it and waits until it listens.
    pub fn start(self) -> Result<Sshd> {
        let folder = tempfile::Builder::new().prefix("sallyport-sshd-").tempdir()?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let root = output("id", &["-u"])? == "0";
        let (username, made_user) = match &self.password {
            Some(password) => {
                ensure!(root, "an sshd with a password needs root");
                (make_user(password)?, true)
            }
            None => (output("id", &["-un"])?, false),
        };
        for (name, kind) in
            [("host", self.key_kind.unwrap_or("ed25519")), ("client", "ed25519"), ("ca", "ed25519")]
        {
            keygen(&folder.path().join(name), kind)?;
        }
        fs::copy(folder.path().join("client.pub"), folder.path().join("authorized_keys"))?;
        fs::set_permissions(folder.path().join("authorized_keys"), fs::Permissions::from_mode(0o644))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let config = folder.path().join("sshd_config");
        fs::write(&config, self.config(folder.path(), port))?;
        if root {
            fs::create_dir_all("/run/sshd")?;
        }
        let daemon = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log"))?)
            .spawn()
            .context("cannot start /usr/sbin/sshd; install the package openssh-server")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut sshd = Sshd { daemon, folder, address, username, password: self.password, made_user };
        sshd.wait()?;
        Ok(sshd)
    }

    fn config(&self, folder: &Path, port: u16) -> String {
        let mut config = self.extra.join("\n");
        let folder = folder.display();
        let _ = write!(
            config,
            "\nListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nPidFile none\nStrictModes no\nUsePAM no\n\
             AuthorizedKeysFile {folder}/authorized_keys\nTrustedUserCAKeys {folder}/ca.pub\n\
             PermitRootLogin prohibit-password\nPasswordAuthentication {}\nKbdInteractiveAuthentication no\n\
             MaxStartups 200:30:400\nMaxSessions 100\nPrintMotd no\nPrintLastLog no\nAcceptEnv LANG LC_*\nSetEnv HOME={folder}\nLogLevel VERBOSE\n",
            if self.password.is_some() { "yes" } else { "no" },
        );
        config
    }
}

impl Sshd {
    /// One that lets us in by key.
    pub fn start() -> Result<Self> {
        Self::builder().start()
    }

    /// One with more to say.
    pub fn builder() -> SshdBuilder {
        SshdBuilder::default()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whom it lets in.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password, if it was given one.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The private key that it lets in.
    pub fn private_key(&self) -> Result<String> {
        self.read("client")
    }

    /// The same key, closed by a passphrase.
    pub fn private_key_with(&self, passphrase: &str) -> Result<String> {
        let path = self.folder.path().join("closed");
        fs::copy(self.folder.path().join("client"), &path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        run(Command::new("ssh-keygen").args(["-q", "-p", "-P", "", "-N", passphrase, "-f"]).arg(&path))?;
        fs::read_to_string(path).context("the closed key")
    }

    /// A certificate over the client's key for these names, and the key.
    pub fn certificate(&self, principals: &str) -> Result<(String, String)> {
        let path = self.folder.path().join("certified");
        fs::copy(self.folder.path().join("client"), &path)?;
        fs::copy(self.folder.path().join("client.pub"), path.with_extension("pub"))?;
        let mut sign = Command::new("ssh-keygen");
        sign.args(["-q", "-I", "a test", "-n", principals, "-V", "+1h", "-s"])
            .arg(self.folder.path().join("ca"));
        run(sign.arg(path.with_extension("pub")))?;
        Ok((self.read("certified")?, self.read("certified-cert.pub")?))
    }

    /// The host key as a line of OpenSSH.
    pub fn host_key(&self) -> Result<String> {
        self.read("host.pub")
    }

    /// The host key's fingerprint, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> Result<String> {
        let path = self.folder.path().join("host.pub");
        let line = output("ssh-keygen", &["-l", "-f", &path.to_string_lossy()])?;
        line.split_whitespace().nth(1).map(str::to_owned).context("no fingerprint")
    }

    /// What it wrote about itself.
    pub fn log(&self) -> String {
        self.read("log").unwrap_or_default()
    }

    /// The folder of its keys.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.folder.path().join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn wait(&mut self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.daemon.try_wait()? {
                anyhow::bail!("sshd ended with {status}: {}", self.log());
            }
            ensure!(Instant::now() < until, "sshd does not listen: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        if self.made_user {
            let _ = run(Command::new("userdel").arg(&self.username));
        }
    }
}

fn make_user(password: &str) -> Result<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("sp{}x{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let hash = output("openssl", &["passwd", "-6", password])?;
    // Two at once wait for the lock of the password file by trying again.
    let mut outcome = Ok(());
    for _ in 0..50 {
        let mut add = Command::new("useradd");
        add.args([
            "--no-create-home",
            "--home-dir",
            "/tmp",
            "--shell",
            "/bin/bash",
            "--password",
            &hash,
            &name,
        ]);
        outcome = run(&mut add);
        if outcome.is_ok() {
            return Ok(name);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    outcome.map(|()| name)
}

fn keygen(path: &Path, kind: &str) -> Result<()> {
    run(Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", "", "-C", "sallyport tests", "-f"])
        .arg(path))
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

fn output(program: &str, args: &[&str]) -> Result<String> {
    let done = Command::new(program).args(args).output().with_context(|| format!("cannot run {program}"))?;
    ensure!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
