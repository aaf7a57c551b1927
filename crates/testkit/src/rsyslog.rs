//! A real rsyslogd on loopback that takes syslog by TLS and writes what it understood into a file.

use crate::siem::Identity;
use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running rsyslogd; killed and removed with this value.
#[derive(Debug)]
pub struct Rsyslog {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it shows.
    pub identity: Identity,
    daemon: Child,
    folder: TempDir,
}

/// What it understood of a message.
#[derive(Debug)]
pub struct Understood {
    /// Facility and severity.
    pub priority: String,
    /// Who sent it.
    pub host: String,
    /// The program.
    pub program: String,
    /// MSGID.
    pub id: String,
    /// What follows all that.
    pub text: String,
}

impl Rsyslog {
    /// Starts it and waits until it listens and has its file open.
    ///
    /// 8.2302 closes the number of a connection twice. Whatever it opens in between gets that number and loses it, and a
    /// file that is opened with the first message is: what belongs into it went to the next connection, past TLS. So a
    /// message of ours opens the file before anybody connects.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sallyport-rsyslog-").tempdir()?;
        let identity = Identity::new()?;
        let port = crate::free_port()?;
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("ca.pem"), &identity.authority)?;
        std::fs::write(at("cert.pem"), &identity.certificate)?;
        std::fs::write(at("key.pem"), &identity.key)?;
        let config = format!(
            "global(workDirectory=\"{0}\" defaultNetstreamDriver=\"ossl\"
                defaultNetstreamDriverCAFile=\"{0}/ca.pem\" defaultNetstreamDriverCertFile=\"{0}/cert.pem\"
                defaultNetstreamDriverKeyFile=\"{0}/key.pem\" maxMessageSize=\"16k\")
             module(load=\"imuxsock\" sysSock.use=\"off\") input(type=\"imuxsock\" socket=\"{0}/local\")
             module(load=\"imtcp\" streamDriver.name=\"ossl\" streamDriver.mode=\"1\" streamDriver.authMode=\"anon\")
             template(name=\"parts\" type=\"string\" string=\"%pri%\\t%hostname%\\t%app-name%\\t%msgid%\\t%msg%\\n\")
             input(type=\"imtcp\" port=\"{port}\" address=\"127.0.0.1\")
             action(type=\"omfile\" file=\"{0}/received\" template=\"parts\")\n",
            folder.path().display()
        );
        std::fs::write(at("rsyslog.conf"), config)?;
        let daemon = Command::new("rsyslogd")
            .arg("-n")
            .arg("-f")
            .arg(at("rsyslog.conf"))
            .arg("-i")
            .arg(at("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("rsyslogd does not start; are the packages rsyslog and rsyslog-openssl installed?")?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let server = Self { address, identity, daemon, folder };
        let until = Instant::now() + Duration::from_secs(20);
        let local = UnixDatagram::unbound()?;
        while Instant::now() < until {
            let open = !server.written().is_empty();
            if open && TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            if !open {
                // Until it listens there too.
                drop(local.send_to(b"<13>testkit: open", server.folder.path().join("local")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("rsyslogd does not listen")
    }

    fn written(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("received")).unwrap_or_default()
    }

    /// What it wrote so far of what came by TLS, in the order in which it came.
    pub fn received(&self) -> Vec<Understood> {
        let text = self.written();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let understood = whole.lines().filter_map(|line| {
            let mut parts = line.splitn(5, '\t').map(str::to_owned);
            Some(Understood {
                priority: parts.next()?,
                host: parts.next()?,
                program: parts.next()?,
                id: parts.next()?,
                text: parts.next()?,
            })
        });
        understood.filter(|one| one.program != "testkit").collect()
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }
}
