//! A mail server on loopback that speaks SMTP (RFC 5321) and keeps what it is given; with TLS from the first byte or
//! after STARTTLS when it is asked to.

use anyhow::{Context, Result};
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What it was given.
#[derive(Debug, Clone)]
pub struct Received {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`.
    pub to: Vec<String>,
    /// The message, as it came.
    pub message: String,
    /// Whether it came by TLS.
    pub encrypted: bool,
}

/// Whether and how it speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// It does not.
    None,
    /// From the first byte.
    Wrapped,
    /// After STARTTLS.
    StartTls,
}

/// A running mail server; gone with this value.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    certificate: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    /// What it answers to the next recipients instead of taking them.
    refusals: Mutex<VecDeque<String>>,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
type Line = BufStream<Box<dyn Stream>>;

impl Smtp {
    /// Listens on a free port.
    pub async fn start(tls: Tls) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let pair = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).map_err(anyhow::Error::msg)?;
        let config = ServerConfig::builder_with_provider(Arc::new(
            tokio_rustls::rustls::crypto::aws_lc_rs::default_provider(),
        ))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let shared = Arc::new(Shared::default());
        let at_hand = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (shared, acceptor) = (Arc::clone(&at_hand), acceptor.clone());
                tokio::spawn(async move {
                    // Whoever hangs up in the middle is nobody's fault.
                    let _ = greet(&shared, Box::new(socket), tls, acceptor).await;
                });
            }
        });
        Ok(Self { address, certificate: pair.cert.pem(), shared, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its certificate for `localhost`, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Answers the next recipient with this line instead of taking it, once for each call.
    pub fn refuse(&self, reply: &str) {
        self.shared.refusals.lock().unwrap_or_else(PoisonError::into_inner).push_back(reply.to_owned());
    }

    /// All that it was given, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it was given `count` mails.
    pub async fn until(&self, count: usize) -> Result<Vec<Received>> {
        for _ in 0..600 {
            let received = self.received();
            if received.len() >= count {
                return Ok(received);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("{} mails came, not {count}", self.received().len())
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn greet(shared: &Shared, socket: Box<dyn Stream>, tls: Tls, acceptor: TlsAcceptor) -> Result<()> {
    let encrypted = tls == Tls::Wrapped;
    let socket = if encrypted { Box::new(acceptor.accept(socket).await?) } else { socket };
    let mut line: Line = BufStream::new(socket);
    say(&mut line, "220 localhost ready").await?;
    // STARTTLS ends the talk in the clear; what follows is a new one (RFC 3207).
    if let Some(line) = serve(shared, line, encrypted, tls == Tls::StartTls).await? {
        let socket: Box<dyn Stream> = Box::new(acceptor.accept(line.into_inner()).await?);
        serve(shared, BufStream::new(socket), true, false).await?;
    }
    Ok(())
}

/// Until the client quits, or wants TLS: then its line is given back.
async fn serve(shared: &Shared, mut line: Line, encrypted: bool, offers_tls: bool) -> Result<Option<Line>> {
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(command) = next(&mut line).await? {
        let upper = command.to_ascii_uppercase();
        if upper.starts_with("EHLO") {
            let starttls = if offers_tls { "250-STARTTLS\r\n" } else { "" };
            say(&mut line, &format!("250-localhost\r\n{starttls}250 8BITMIME")).await?;
        } else if upper == "STARTTLS" && offers_tls {
            say(&mut line, "220 go on").await?;
            return Ok(Some(line));
        } else if upper.starts_with("MAIL FROM:") {
            from = address(&command)?;
            say(&mut line, "250 ok").await?;
        } else if upper.starts_with("RCPT TO:") {
            let refusal = shared.refusals.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            if refusal.is_none() {
                to.push(address(&command)?);
            }
            say(&mut line, refusal.as_deref().unwrap_or("250 ok")).await?;
        } else if upper == "DATA" {
            say(&mut line, "354 go on").await?;
            let message = data(&mut line).await?;
            let received = Received { from: from.clone(), to: std::mem::take(&mut to), message, encrypted };
            shared.received.lock().unwrap_or_else(PoisonError::into_inner).push(received);
            say(&mut line, "250 kept").await?;
        } else if upper == "QUIT" {
            say(&mut line, "221 bye").await?;
            return Ok(None);
        } else {
            say(&mut line, if upper == "RSET" || upper == "NOOP" { "250 ok" } else { "502 no" }).await?;
        }
    }
    Ok(None)
}

/// The lines until the one with a dot alone, dots at their beginnings unstuffed.
async fn data(line: &mut Line) -> Result<String> {
    let mut message = String::new();
    while let Some(text) = next(line).await? {
        if text == "." {
            break;
        }
        message.push_str(text.strip_prefix('.').unwrap_or(&text));
        message.push('\n');
    }
    Ok(message)
}

async fn next(line: &mut Line) -> Result<Option<String>> {
    let mut text = String::new();
    let read = line.read_line(&mut text).await?;
    Ok((read > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn say(line: &mut Line, reply: &str) -> Result<()> {
    line.write_all(format!("{reply}\r\n").as_bytes()).await?;
    Ok(line.flush().await?)
}

fn address(command: &str) -> Result<String> {
    let (_, rest) = command.split_once('<').context("no address")?;
    Ok(rest.split_once('>').context("no end of an address")?.0.to_owned())
}
