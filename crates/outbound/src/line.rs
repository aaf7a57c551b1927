//! A line of TLS to somebody's server, for what goes one way and is no HTTP (RFC 5425). By the same rules: resolved once,
//! judged, dialled as judged, always with TLS.

use crate::address::line_address;
use crate::client::{Client, SendError};
use rustls::pki_types::ServerName;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::{Host, Url};

impl Client {
    /// Hands `bytes` over and comes back when the other side has read them to the end.
    ///
    /// Such protocols know no receipt. So the line is ended in order (`close_notify`), and what counts is that the other
    /// side ends it too: it has then read all that came before. A line that breaks, or that the other side never ends,
    /// may have lost something, and is an error.
    pub async fn deliver(&self, address: &str, bytes: &[u8]) -> Result<(), SendError> {
        let url = line_address(address)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let until = Instant::now() + self.patience.0;
        let lapsed = || SendError::Timeout { host: host.clone(), seconds: self.patience.0.as_secs() };
        let addresses = timeout_at(until, self.judged(&url, &host)).await.map_err(|_| lapsed())??;
        let work = async {
            let no_connection = || SendError::NoConnection { host: host.clone() };
            let mut line = self.connect(&url, &addresses).await.ok_or_else(no_connection)?;
            hand_over(&mut line, bytes).await.map_err(|_| SendError::BrokeOff { host: host.clone() })
        };
        timeout_at(until, work).await.map_err(|_| lapsed())?
    }

    /// To the first of them that answers.
    async fn connect(&self, url: &Url, addresses: &[SocketAddr]) -> Option<TlsStream<TcpStream>> {
        let name = match url.host()? {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).ok()?,
            Host::Ipv4(ip) => ServerName::IpAddress(ip.into()),
            Host::Ipv6(ip) => ServerName::IpAddress(ip.into()),
        };
        let connector = TlsConnector::from(Arc::new(self.tls.clone()));
        for address in addresses {
            let Ok(stream) = TcpStream::connect(address).await else { continue };
            // Without TLS that can be trusted, another address of the same name is no better.
            return connector.connect(name, stream).await.ok();
        }
        None
    }
}

async fn hand_over(line: &mut TlsStream<TcpStream>, bytes: &[u8]) -> std::io::Result<()> {
    line.write_all(bytes).await?;
    line.shutdown().await?;
    let mut rest = [0; 1024];
    loop {
        match line.read(&mut rest).await {
            Ok(0) => return Ok(()),
            // What it says is nobody's business here.
            Ok(_) => {}
            // Many end the connection without the word of TLS for it. A reset would be another error.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
