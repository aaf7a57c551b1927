//! The client. One connection for one request: what was judged is what is dialled.

use crate::address::{AddressRefused, web_address};
use crate::reach;
use http::{Request, Response};
use reqwest::redirect;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::lookup_host;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

/// Most bytes of an answer.
pub const MAX_BODY: usize = 1 << 20;
/// Addresses of one name that are tried at most.
const MAX_ADDRESSES: usize = 8;

/// What the operator allows and trusts.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Exact addresses and ports that are reached although they would be refused, also without TLS.
    pub allow: Vec<SocketAddr>,
    /// Certificate authorities that count beside those of the web.
    pub authorities: Vec<CertificateDer<'static>>,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience(pub Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(10))
    }
}

/// What came back.
pub type Outcome = Result<Response<Vec<u8>>, SendError>;

/// Why nothing came back. Nothing of what the other side said is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address itself.
    #[error("This address is not taken: {0}.")]
    Address(#[from] AddressRefused),
    /// The name leads where nothing goes.
    #[error("{host} leads to {why}; the platform never asks there.")]
    Refused {
        /// The name or address.
        host: String,
        /// What that is.
        why: &'static str,
    },
    /// Without TLS.
    #[error("{host} would be asked without encryption. Use an address that begins with https://.")]
    Plain {
        /// The name or address.
        host: String,
    },
    /// Nobody knows the name.
    #[error("The name {host} is not known here.")]
    NameNotFound {
        /// The name.
        host: String,
    },
    /// No connection, or none that can be trusted.
    #[error(
        "No trusted connection to {host}: it does not answer, or its certificate is not valid for that name."
    )]
    NoConnection {
        /// The name or address.
        host: String,
    },
    /// The line broke before the other side had all of it.
    #[error("{host} did not take all of it: the connection broke off.")]
    BrokeOff {
        /// The name or address.
        host: String,
    },
    /// Too slow.
    #[error("{host} took longer than {seconds} s.")]
    Timeout {
        /// The name or address.
        host: String,
        /// How long was waited.
        seconds: u64,
    },
    /// Too much.
    #[error("{host} answered with more than 1 MiB.")]
    TooLarge {
        /// The name or address.
        host: String,
    },
}

impl SendError {
    /// Stable; clients branch on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "address_refused",
            Self::Refused { .. } => "address_never_asked",
            Self::Plain { .. } => "address_not_encrypted",
            Self::NameNotFound { .. } => "name_not_found",
            Self::NoConnection { .. } => "no_connection",
            Self::BrokeOff { .. } => "broke_off",
            Self::Timeout { .. } => "timeout",
            Self::TooLarge { .. } => "answer_too_large",
        }
    }
}

/// Asks other people's servers.
#[derive(Debug, Clone)]
pub struct Client {
    allow: Vec<SocketAddr>,
    pub(crate) tls: ClientConfig,
    pub(crate) patience: Patience,
}

impl Client {
    /// A client by these rules. Fails when an authority is no certificate.
    pub fn new(rules: Rules, patience: Patience) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for authority in rules.authorities {
            roots.add(authority)?;
        }
        Ok(Self { allow: rules.allow, tls: tls(roots)?, patience })
    }

    /// The same, but only certificates of these authorities count: neither those of the web nor the operator's.
    pub fn trusting_only(&self, authorities: Vec<CertificateDer<'static>>) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            roots.add(authority)?;
        }
        Ok(Self { allow: self.allow.clone(), tls: tls(roots)?, patience: self.patience })
    }

    /// Sends one request and reads the whole answer, whatever its status; a redirect is an answer.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Outcome {
        let url = web_address(&request.uri().to_string())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let until = Instant::now() + self.patience.0;
        let lapsed = || SendError::Timeout { host: host.clone(), seconds: self.patience.0.as_secs() };
        let addresses = timeout_at(until, self.judged(&url, &host)).await.map_err(|_| lapsed())??;
        let client = self.client(&host, &addresses);
        let client = client.map_err(|_| SendError::NoConnection { host: host.clone() })?;
        let (parts, body) = request.into_parts();
        let wish = client.request(parts.method, url).headers(parts.headers).body(body);
        let answer = async {
            let answer = wish.send().await.map_err(|_| SendError::NoConnection { host: host.clone() })?;
            read(answer, &host).await
        };
        timeout_at(until, answer).await.map_err(|_| lapsed())?
    }

    /// Where the host of `url` is, every address of it good to go to.
    pub(crate) async fn judged(&self, url: &Url, host: &str) -> Result<Vec<SocketAddr>, SendError> {
        let port = url.port_or_known_default().unwrap_or(443);
        let found: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(ip)) => vec![(IpAddr::from(ip), port).into()],
            Some(Host::Ipv6(ip)) => vec![(IpAddr::from(ip), port).into()],
            _ => lookup_host((host, port)).await.into_iter().flatten().take(MAX_ADDRESSES).collect(),
        };
        if found.is_empty() {
            return Err(SendError::NameNotFound { host: host.to_owned() });
        }
        for address in &found {
            if let Some(why) = reach::never_asked(*address, &self.allow) {
                return Err(SendError::Refused { host: host.to_owned(), why });
            }
            if url.scheme() != "https" && !self.allow.contains(address) {
                return Err(SendError::Plain { host: host.to_owned() });
            }
        }
        Ok(found)
    }

    fn client(&self, host: &str, addresses: &[SocketAddr]) -> reqwest::Result<reqwest::Client> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .resolve_to_addrs(host, addresses)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .http1_only()
            .pool_max_idle_per_host(0)
            .user_agent("Sallyport")
            .build()
    }
}

fn tls(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

async fn read(mut answer: reqwest::Response, host: &str) -> Outcome {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => {
                return Err(SendError::TooLarge { host: host.to_owned() });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(_) => return Err(SendError::NoConnection { host: host.to_owned() }),
        }
    }
    let mut response = Response::new(body);
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    Ok(response)
}
