//! Receivers of a forwarded log, on loopback by TLS: one that takes counted messages of syslog (RFC 5425), one that takes
//! signed posts. Each keeps what it was given, can be away for a while, and can misbehave.

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// A certificate for 127.0.0.1, and the authority that signed it.
#[derive(Debug)]
pub struct Identity {
    /// The authority's certificate, PEM.
    pub authority: String,
    /// The receiver's certificate, PEM.
    pub certificate: String,
    /// Its key, PEM.
    pub key: String,
    acceptor: Acceptor,
}

#[derive(Clone)]
struct Acceptor(TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

impl Identity {
    /// A new one of a new authority.
    pub fn new() -> Result<Self> {
        let authority_key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key)?.pem();
        let issuer = Issuer::new(params, authority_key);
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &issuer)?;
        let private: PrivateKeyDer<'static> = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(Arc::new(
            tokio_rustls::rustls::crypto::aws_lc_rs::default_provider(),
        ))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
        let acceptor = Acceptor(TlsAcceptor::from(Arc::new(config)));
        Ok(Self { authority, certificate: certificate.pem(), key: key.serialize_pem(), acceptor })
    }
}

/// What a receiver speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    /// Counted messages.
    Syslog,
    /// HTTP.
    Posts,
}

/// One post.
#[derive(Debug, Clone)]
pub struct Post {
    /// The head of the request, with its headers as they came.
    pub head: String,
    /// Its body.
    pub body: String,
}

impl Post {
    /// A header by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

#[derive(Debug, Default)]
struct Shared {
    messages: Mutex<Vec<String>>,
    posts: Mutex<Vec<Post>>,
    /// What posts are answered with; 0: 204.
    status: AtomicU16,
    /// Connections of syslog that are broken after their first bytes.
    breaks: AtomicUsize,
}

/// A receiver; gone with this value.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it shows.
    pub identity: Identity,
    speaks: Speaks,
    shared: Arc<Shared>,
    task: Option<JoinHandle<()>>,
}

/// What it says to whoever it refuses: nobody may repeat it.
pub const CANARY: &str = "canary-of-the-receiver-4711";

impl Receiver {
    /// Listens on a free port.
    pub async fn start(speaks: Speaks) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let mut receiver =
            Self { address, identity: Identity::new()?, speaks, shared: Arc::default(), task: None };
        receiver.listen(listener);
        Ok(receiver)
    }

    fn listen(&mut self, listener: TcpListener) {
        let (shared, acceptor, speaks) =
            (Arc::clone(&self.shared), self.identity.acceptor.clone(), self.speaks);
        self.task = Some(tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
                tokio::spawn(async move {
                    // Whoever hangs up in the middle is nobody's fault.
                    let _ = serve(&shared, socket, acceptor, speaks).await;
                });
            }
        }));
    }

    /// Nobody listens any more.
    pub async fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Listens again where it was.
    pub fn start_again(&mut self) -> Result<()> {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(self.address)?;
        self.listen(socket.listen(64)?);
        Ok(())
    }

    /// From now on posts are answered with this status.
    pub fn answer(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    /// So many of the next connections of syslog are broken in the middle.
    pub fn break_off(&self, connections: usize) {
        self.shared.breaks.store(connections, Ordering::SeqCst);
    }

    /// Messages of syslog, in the order in which they came.
    pub fn messages(&self) -> Vec<String> {
        self.shared.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Posts, in the order in which they came; refused ones too.
    pub fn posts(&self) -> Vec<Post> {
        self.shared.posts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `enough` says so.
    pub async fn until(&self, what: &str, enough: impl Fn(&Self) -> bool) -> Result<()> {
        for _ in 0..1200 {
            if enough(self) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("never: {what}; {} messages, {} posts", self.messages().len(), self.posts().len())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn serve(shared: &Shared, socket: TcpStream, acceptor: Acceptor, speaks: Speaks) -> Result<()> {
    let mut line = acceptor.0.accept(socket).await?;
    match speaks {
        Speaks::Syslog => collect(shared, &mut line).await?,
        Speaks::Posts => answer(shared, &mut line).await?,
    }
    line.shutdown().await?;
    Ok(())
}

/// Keeps each message as soon as all of it is there.
async fn collect(shared: &Shared, line: &mut TlsStream<TcpStream>) -> Result<()> {
    let mut waiting = Vec::new();
    let mut block = vec![0; 16 * 1024];
    loop {
        let count = line.read(&mut block).await?;
        if count == 0 {
            ensure!(waiting.is_empty(), "a message was cut");
            return Ok(());
        }
        let broken =
            shared.breaks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        waiting.extend_from_slice(&block[..count]);
        while let Some((message, rest)) = first(&waiting)? {
            shared.messages.lock().unwrap_or_else(PoisonError::into_inner).push(message);
            waiting = rest;
        }
        ensure!(broken.is_err(), "broken off on purpose");
    }
}

/// `length SP message` (RFC 5425, section 4.3), if all of it is there, and what follows.
fn first(bytes: &[u8]) -> Result<Option<(String, Vec<u8>)>> {
    let Some(space) = bytes.iter().position(|byte| *byte == b' ') else { return Ok(None) };
    let length: usize = std::str::from_utf8(&bytes[..space])?.parse().context("not counted")?;
    let end = space + 1 + length;
    if bytes.len() < end {
        return Ok(None);
    }
    Ok(Some((String::from_utf8(bytes[space + 1..end].to_vec())?, bytes[end..].to_vec())))
}

async fn answer(shared: &Shared, line: &mut TlsStream<TcpStream>) -> Result<()> {
    let mut read = Vec::new();
    let mut block = vec![0; 16 * 1024];
    let end = loop {
        if let Some(end) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            break end;
        }
        let count = line.read(&mut block).await?;
        ensure!(count > 0, "no request");
        read.extend_from_slice(&block[..count]);
    };
    let mut post = Post { head: String::from_utf8(read[..end].to_vec())?, body: String::new() };
    let length: usize = post.header("content-length").context("no length")?.parse()?;
    while read.len() < end + 4 + length {
        let count = line.read(&mut block).await?;
        ensure!(count > 0, "a body was cut");
        read.extend_from_slice(&block[..count]);
    }
    post.body = String::from_utf8(read[end + 4..].to_vec())?;
    shared.posts.lock().unwrap_or_else(PoisonError::into_inner).push(post);
    let status = match shared.status.load(Ordering::SeqCst) {
        0 => 204,
        status => status,
    };
    let words = if status == 204 { "" } else { CANARY };
    let answer = format!(
        "HTTP/1.1 {status} Status\r\nContent-Length: {}\r\nConnection: close\r\nX-Canary: {CANARY}\r\n\r\n{words}",
        words.len()
    );
    line.write_all(answer.as_bytes()).await?;
    Ok(())
}
