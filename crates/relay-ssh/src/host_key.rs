//! Host keys: what a machine shows, and what a person confirmed.

use crate::config::client_config;
use crate::error::{Error, Stage};
use crate::handler::{Client, Offer};
use crate::line::Line;
use russh::keys::ssh_key::{HashAlg, PublicKey};
use russh::keys::{Algorithm, PublicKeyBase64};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a machine may take to show its key.
const PATIENCE: Duration = Duration::from_secs(10);

/// A machine's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey {
    /// `ssh-ed25519`, …
    pub algorithm: String,
    /// A line of OpenSSH: algorithm and key.
    pub openssh: String,
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
}

impl HostKey {
    pub(crate) fn of(key: &PublicKey) -> Self {
        let algorithm = match key.algorithm() {
            // The key's own name; the hash belongs to a signature.
            Algorithm::Rsa { .. } => "ssh-rsa".to_owned(),
            other => other.as_str().to_owned(),
        };
        let openssh = format!("{algorithm} {}", key.public_key_base64());
        Self { algorithm, openssh, fingerprint: key.fingerprint(HashAlg::Sha256).to_string() }
    }

    /// From a line of OpenSSH.
    pub fn from_openssh(line: &str) -> Result<Self, Error> {
        PublicKey::from_openssh(line).map(|key| Self::of(&key)).map_err(|_| Error::PinnedKey)
    }

    pub(crate) fn is_of(&self, algorithm: &Algorithm) -> bool {
        match algorithm {
            Algorithm::Rsa { .. } => self.algorithm == "ssh-rsa",
            other => self.algorithm == other.as_str(),
        }
    }
}

/// Asks for the host key and goes: nothing is proven to the machine, nobody signs in.
pub async fn scan_host_key<S>(stream: S) -> Result<HostKey, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let offer = Offer::default();
    let config = Arc::new(client_config(None, None));
    let (line, _cut) = Line::new(stream);
    let looking = russh::client::connect_stream(config, line, Client::looking(offer.clone()));
    let outcome = tokio::time::timeout(PATIENCE, Box::pin(looking)).await;
    // The handler refuses every key when none is pinned, having seen it: that is the purpose here.
    match (offer.take_key(), outcome) {
        (Some(key), _) => Ok(key),
        (None, Err(_)) => Err(Error::Timeout { stage: Stage::Handshake }),
        (None, Ok(Err(error))) => Err(Error::from_library(Stage::Handshake, &error)),
        (None, Ok(Ok(_))) => {
            Err(Error::Broken { stage: Stage::Handshake, cause: "no key was shown".to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_openssh_gives_the_fingerprint_that_ssh_keygen_prints() {
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone@somewhere";
        let key = HostKey::from_openssh(line).unwrap();
        assert_eq!(key.algorithm, "ssh-ed25519");
        assert_eq!(key.fingerprint, "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
        assert!(line.starts_with(&key.openssh));
        assert!(HostKey::from_openssh("ssh-ed25519 AAAA").is_err());
    }
}
