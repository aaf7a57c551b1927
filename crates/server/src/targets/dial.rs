//! The connection to a machine. A name is resolved once, each address is judged, and the connection goes to
//! exactly a judged address: a name that changes its mind in between (DNS rebinding) changes nothing.

use crate::config::Config;
use rustix::net::sockopt;
use sallyport_outbound::reach;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

/// Addresses of one name that are tried at most.
const MAX_ADDRESSES: usize = 8;

/// Why a machine was not reached, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// Nobody knows the name.
    #[error("The name {host} is not known here. Check the machine's address, or ask for its DNS entry.")]
    NameNotFound {
        /// The name.
        host: String,
    },
    /// The name leads where no session goes.
    #[error("{address} is {why}; sessions never go there. Check the machine's address.")]
    Refused {
        /// Where it leads.
        address: IpAddr,
        /// What that is.
        why: &'static str,
    },
    /// The machine is there and nobody listens.
    #[error("{address} refused the connection. Check the port, and that the SSH server runs.")]
    ConnectionRefused {
        /// Address and port.
        address: SocketAddr,
    },
    /// No answer.
    #[error("{host} did not answer within {seconds} s. Check the address, the route and its firewall.")]
    Timeout {
        /// The name or address, and the port.
        host: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The network says no.
    #[error("{address} cannot be reached: {cause}. Check the address and the route.")]
    Unreachable {
        /// Address and port.
        address: SocketAddr,
        /// The system's words.
        cause: String,
    },
}

impl DialError {
    /// Stable; clients branch on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameNotFound { .. } => "target_name_not_found",
            Self::Refused { .. } => "target_address_refused",
            Self::ConnectionRefused { .. } => "target_connection_refused",
            Self::Timeout { .. } => "target_timeout",
            Self::Unreachable { .. } => "target_unreachable",
        }
    }
}

/// Connects to `host` (as [`super::normalise`] gave it) at `port`, within `sessions.connect_seconds`.
pub async fn dial(config: &Config, host: &str, port: u16) -> Result<TcpStream, DialError> {
    let patience = Patience::new(host, port, u64::from(config.sessions.connect_seconds));
    let addresses = resolve(host, port, &patience).await?;
    connect(&addresses, &config.targets.allow, &patience).await
}

/// Until when, and how that is said.
struct Patience {
    until: Instant,
    lapsed: DialError,
}

impl Patience {
    fn new(host: &str, port: u16, seconds: u64) -> Self {
        let host = format!("{host} port {port}");
        Self {
            until: Instant::now() + Duration::from_secs(seconds),
            lapsed: DialError::Timeout { host, seconds },
        }
    }
}

async fn resolve(host: &str, port: u16, patience: &Patience) -> Result<Vec<SocketAddr>, DialError> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = timeout_at(patience.until, lookup_host((host, port))).await;
    let found = found.map_err(|_| patience.lapsed.clone())?;
    let addresses: Vec<SocketAddr> = found.into_iter().flatten().take(MAX_ADDRESSES).collect();
    if addresses.is_empty() {
        return Err(DialError::NameNotFound { host: host.to_owned() });
    }
    Ok(addresses)
}

/// The first of `addresses` that may be reached and answers. Each gets its share of the time that is left, so
/// that a dead first one does not use up all of it.
async fn connect(
    addresses: &[SocketAddr],
    allow: &[SocketAddr],
    patience: &Patience,
) -> Result<TcpStream, DialError> {
    let mut failure = patience.lapsed.clone();
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for &address in addresses {
        let share = patience.until.saturating_duration_since(Instant::now()) / left.max(1);
        left = left.saturating_sub(1);
        if let Some(why) = reach::refusal(address, allow) {
            failure = DialError::Refused { address: address.ip(), why };
            continue;
        }
        failure = match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => match tune(&stream) {
                Ok(()) => return Ok(stream),
                Err(error) => DialError::Unreachable { address, cause: error.to_string() },
            },
            Ok(Err(error)) => from_io(address, &error, patience),
            Err(_) => patience.lapsed.clone(),
        };
    }
    Err(failure)
}

fn from_io(address: SocketAddr, error: &io::Error, patience: &Patience) -> DialError {
    match error.kind() {
        ErrorKind::ConnectionRefused => DialError::ConnectionRefused { address },
        ErrorKind::TimedOut => patience.lapsed.clone(),
        kind => DialError::Unreachable { address, cause: kind.to_string() },
    }
}

/// Each key goes out at once; a peer that is gone is noticed within 45 s, while sending within 30 s.
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, Duration::from_secs(15))?;
    sockopt::set_tcp_keepintvl(stream, Duration::from_secs(10))?;
    sockopt::set_tcp_keepcnt(stream, 3)?;
    sockopt::set_tcp_user_timeout(stream, 30_000)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    fn config(allow: &[SocketAddr]) -> Config {
        let mut config = Config::default();
        config.targets.allow = allow.to_vec();
        config.sessions.connect_seconds = 5;
        config
    }

    #[tokio::test]
    async fn f14_reaches_the_control_plane_by_no_name_unless_exactly_allowed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1"] {
            let refused = dial(&config(&[]), host, here.port()).await.unwrap_err();
            assert_eq!(refused.code(), "target_address_refused", "{host}");
        }
        let stream = dial(&config(&[here]), "127.0.0.1", here.port()).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), here);
        assert!(stream.nodelay().unwrap() && sockopt::socket_keepalive(&stream).unwrap());
    }

    #[tokio::test]
    async fn f14_a_name_with_a_good_and_a_bad_address_leads_to_the_good_one_only() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        let bad = SocketAddr::new("127.0.0.2".parse().unwrap(), good.port());
        let patience = Patience::new("rebind.example", good.port(), 5);
        let stream = connect(&[bad, good], &[good], &patience).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), good);
        let refused = connect(&[bad], &[good], &patience).await.unwrap_err();
        assert_eq!(refused.code(), "target_address_refused");
    }

    #[tokio::test]
    async fn says_what_a_person_can_act_on() {
        let closed = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap()
        };
        let refused = dial(&config(&[closed]), "127.0.0.1", closed.port()).await.unwrap_err();
        assert_eq!(refused, DialError::ConnectionRefused { address: closed });
        // A queue of none that is full: the next one in gets no answer.
        let queue = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        rustix::net::listen(&queue, 0).unwrap();
        let silent = queue.local_addr().unwrap();
        let _waiting = std::net::TcpStream::connect(silent).unwrap();
        let unknown = dial(&config(&[]), "no-such-machine.invalid", 22).await.unwrap_err();
        assert_eq!(unknown, DialError::NameNotFound { host: "no-such-machine.invalid".to_owned() });
        let mut config = config(&[silent]);
        config.sessions.connect_seconds = 1;
        let lapsed = dial(&config, "127.0.0.1", silent.port()).await.unwrap_err();
        assert_eq!(lapsed.code(), "target_timeout");
    }
}
