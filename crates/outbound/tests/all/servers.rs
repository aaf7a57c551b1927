//! Servers that answer with given bytes, with too many, or hardly at all; and a certificate authority.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

type Answer =
    Arc<dyn Fn(Box<dyn Line>, Arc<AtomicUsize>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;
/// What a server does with a connection.
pub(crate) struct Behaviour(Answer);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    sent: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn plain(behaviour: Behaviour) -> Self {
        Self::listen(behaviour, None).await
    }

    pub(crate) async fn tls(identity: &Identity, behaviour: Behaviour) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![identity.certificate.clone()], identity.key.clone_key())
            .unwrap();
        Self::listen(behaviour, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn listen(behaviour: Behaviour, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, sent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, counts) = (Arc::clone(&connections), Arc::clone(&sent));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (answer, tls, counts) = (Arc::clone(&behaviour.0), tls.clone(), Arc::clone(&counts));
                tokio::spawn(async move {
                    match tls {
                        None => answer(Box::new(stream), counts).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(Box::new(stream), counts).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, connections, sent }
    }

    pub(crate) fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/", self.address.port())
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request and answers with these bytes.
pub(crate) fn respond(bytes: &[u8]) -> Behaviour {
    let bytes = bytes.to_vec();
    Behaviour(Arc::new(move |mut line, _| {
        let bytes = bytes.clone();
        Box::pin(async move {
            head(&mut line).await;
            let _ = line.write_all(&bytes).await;
            let _ = line.shutdown().await;
        })
    }))
}

/// Answers and never ends.
pub(crate) fn endless() -> Behaviour {
    Behaviour(Arc::new(|mut line, sent| {
        Box::pin(async move {
            head(&mut line).await;
            let _ = line.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            let block = vec![b'x'; 64 * 1024];
            while line.write_all(&block).await.is_ok() {
                sent.fetch_add(block.len(), Ordering::SeqCst);
            }
        })
    }))
}

/// A byte now and then, for ever.
pub(crate) fn drip() -> Behaviour {
    Behaviour(Arc::new(|mut line, _| {
        Box::pin(async move {
            head(&mut line).await;
            let _ = line.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while line.write_all(b"x").await.is_ok() {
                sleep(Duration::from_millis(200)).await;
            }
        })
    }))
}

async fn head(line: &mut Box<dyn Line>) {
    let mut read = Vec::new();
    let mut block = [0; 1024];
    while !read.windows(4).any(|end| end == b"\r\n\r\n") {
        match line.read(&mut block).await {
            Ok(n) if n > 0 => read.extend_from_slice(&block[..n]),
            _ => return,
        }
    }
}

/// Who is trusted, or would like to be.
pub(crate) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// What a server shows.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    pub(crate) fn server(&self, name: &str) -> Identity {
        self.sign(&CertificateParams::new(vec![name.to_owned()]).unwrap())
    }

    pub(crate) fn expired(&self, name: &str) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        Identity { certificate, key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() }
    }
}
