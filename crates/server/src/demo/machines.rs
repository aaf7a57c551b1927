//! A real sshd for each customer, on loopback addresses of their own, as an unprivileged user.

use super::cast::{CUSTOMERS, Customer};
use super::leftovers;
use super::shell;
use crate::config::Config;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

/// The system user that the machines run as when we are root.
const USER: &str = "sallyport-demo";

/// The machines, for as long as this is held.
pub struct Machines {
    folder: PathBuf,
    /// Nobody sweeps the folder away while they run.
    _claim: Option<fs::File>,
    port: u16,
    /// The account that one enters.
    pub(super) username: String,
    daemons: Vec<Child>,
}

impl Machines {
    /// Starts the machines, and allows exactly their addresses as targets.
    pub async fn start(config: &mut Config) -> Result<Self> {
        let owner = Owner::find().await?;
        let data_dir = std::path::absolute(&config.data_dir)?;
        let folder = folder(&data_dir, &owner);
        if owner.ids.is_some() {
            leftovers::forget(&folder, &data_dir)?;
        }
        // The machines' own user passes through to what is theirs.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let mut claim = None;
        if owner.ids.is_some() {
            claim = Some(leftovers::claim(&folder, &data_dir)?);
            leftovers::sweep(&folder);
        }
        let port = port(&folder)?;
        let mut machines =
            Self { folder, _claim: claim, port, username: owner.name.clone(), daemons: Vec::new() };
        for customer in CUSTOMERS {
            machines
                .start_one(customer, &owner)
                .await
                .with_context(|| format!("the machines of {}", customer.name))?;
        }
        config.targets.allow.extend(CUSTOMERS.iter().flat_map(|customer| machines.addresses(customer)));
        Ok(machines)
    }

    /// Where a customer's machines answer.
    fn addresses(&self, customer: &Customer) -> Vec<SocketAddr> {
        let address = |host| SocketAddr::from((Ipv4Addr::new(127, 84, customer.net, host), self.port));
        customer.machines.iter().map(|machine| address(machine.host)).collect()
    }

    /// Where one machine answers.
    pub(super) fn address(&self, customer: &Customer, host: u8) -> (String, u16) {
        (Ipv4Addr::new(127, 84, customer.net, host).to_string(), self.port)
    }

    /// The private key that enters a customer's machines; for the vault, never for a person.
    pub(super) fn private_key(&self, customer: &Customer, level: &str) -> Result<String> {
        let path = self.folder.join(customer.slug).join(format!("{level}_key"));
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// The private keys are in the vault now; the folder keeps none.
    pub(super) fn forget_private_keys(&self) -> Result<()> {
        for customer in CUSTOMERS {
            for level in shell::LEVELS {
                fs::remove_file(self.folder.join(customer.slug).join(format!("{level}_key")))?;
            }
        }
        Ok(())
    }

    /// Ends them.
    pub async fn stop(mut self) {
        for daemon in &mut self.daemons {
            // It is ours, by the handle that we hold.
            let _ = daemon.kill().await;
        }
    }

    async fn start_one(&mut self, customer: &Customer, owner: &Owner) -> Result<()> {
        let home = self.folder.join(customer.slug);
        fs::create_dir_all(&home)?;
        let host_key = home.join("host_key");
        if !host_key.exists() {
            keygen(&host_key, customer.slug).await?;
        }
        for level in shell::LEVELS {
            let key = home.join(format!("{level}_key"));
            if !key.with_extension("pub").exists() {
                keygen(&key, level).await?;
            }
        }
        shell::write(&home, customer)?;
        owner.give(&home)?;
        let config = home.join("sshd_config");
        let listen: Vec<String> =
            self.addresses(customer).iter().map(|address| format!("ListenAddress {address}")).collect();
        fs::write(&config, sshd_config(&home, &listen.join("\n"), owner))?;
        self.daemons.push(sshd(&config, &home, owner)?);
        Ok(())
    }
}

fn sshd_config(home: &Path, listen: &str, owner: &Owner) -> String {
    let home = home.display();
    format!(
        "{listen}\nHostKey {home}/host_key\nPidFile none\nAuthorizedKeysFile {home}/authorized_keys\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\n\
         AllowUsers {}\nAllowTcpForwarding no\nX11Forwarding no\nAllowAgentForwarding no\nPermitUserEnvironment no\n\
         AcceptEnv LANG LC_*\nLogLevel ERROR\n",
        owner.name
    )
}

/// Dies with us, even when we are killed: setpriv asks the kernel for that. sshd gives a terminal to the group
/// `tty`, which it may without root only as a member (where `/dev/pts` is not mounted with that group).
fn sshd(config: &Path, home: &Path, owner: &Owner) -> Result<Child> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if let Some((uid, gid)) = owner.ids {
        command.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string(), "--groups", "tty"]);
    }
    let log = fs::OpenOptions::new().create(true).append(true).open(home.join("sshd.log"))?;
    command
        .args(["/usr/sbin/sshd", "-D", "-e", "-f"])
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .context("cannot start sshd; the package openssh-server is needed for the demonstration")
}

async fn keygen(path: &Path, comment: &str) -> Result<()> {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .status()
        .await
        .context("cannot run ssh-keygen; the package openssh-client is needed for the demonstration")?;
    ensure!(made.success(), "ssh-keygen could not make {}", path.display());
    Ok(())
}

/// Where the machines' files lie. As root they run as another user, who cannot pass through every folder that we
/// can (`/root`, say): then they lie where everybody can, under a name that belongs to this data folder.
fn folder(data_dir: &Path, owner: &Owner) -> PathBuf {
    if owner.ids.is_none() {
        return data_dir.join("demo");
    }
    let name = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, data_dir.as_os_str().as_encoded_bytes());
    let name: String = hex::encode(name).chars().take(16).collect();
    Path::new("/var/lib/sallyport").join(format!("demo-{name}"))
}

/// One port for all, the same at each start: the addresses are in the database.
fn port(folder: &Path) -> Result<u16> {
    let path = folder.join("port");
    if let Ok(text) = fs::read_to_string(&path) {
        return text.trim().parse().with_context(|| format!("{} does not hold a port", path.display()));
    }
    let probe =
        TcpListener::bind((Ipv4Addr::new(127, 84, 11, 10), 0)).context("loopback addresses 127.84.0.0/16")?;
    let port = probe.local_addr()?.port();
    fs::write(&path, format!("{port}\n"))?;
    Ok(port)
}

/// Whom the machines run as.
struct Owner {
    name: String,
    /// Given when we are root and step down.
    ids: Option<(u32, u32)>,
}

impl Owner {
    async fn find() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            let name = output("id", &["-un"]).await?;
            return Ok(Self { name, ids: None });
        }
        if output("id", &["-u", USER]).await.is_err() {
            let args = ["--system", "--no-create-home", "--home-dir", "/", "--shell", "/bin/bash", USER];
            output("useradd", &args).await.context("the demonstration needs a system user of its own")?;
        }
        // sshd complains into the terminal about a home that is not there.
        if !output("getent", &["passwd", USER]).await?.contains(":/:") {
            output("usermod", &["--home", "/", USER]).await?;
        }
        let (uid, gid) = (output("id", &["-u", USER]).await?, output("id", &["-g", USER]).await?);
        Ok(Self { name: USER.to_owned(), ids: Some((uid.parse()?, gid.parse()?)) })
    }

    /// Makes everything in a folder the owner's.
    fn give(&self, folder: &Path) -> Result<()> {
        let Some((uid, gid)) = self.ids else { return Ok(()) };
        chown(folder, Some(uid), Some(gid))?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.give(&entry.path())?;
            } else {
                chown(entry.path(), Some(uid), Some(gid))?;
            }
        }
        Ok(())
    }
}

async fn output(program: &str, args: &[&str]) -> Result<String> {
    let done =
        Command::new(program).args(args).output().await.with_context(|| format!("cannot run {program}"))?;
    let words = String::from_utf8_lossy(if done.status.success() { &done.stdout } else { &done.stderr });
    ensure!(done.status.success(), "{program}: {}", words.trim());
    Ok(words.trim().to_owned())
}
