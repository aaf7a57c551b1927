//! What a connection needs.

use crate::Error;
use crate::host_key::HostKey;
use sallyport_relay::live::TermSize;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// What opens the account. Wiped when dropped, silent when printed.
pub enum Auth {
    /// For `password`, and for `keyboard-interactive` when it asks one hidden question.
    Password(Zeroizing<String>),
    /// A private key in OpenSSH, PKCS#8, PEM or PPK form.
    PrivateKey {
        /// Its text.
        key: Zeroizing<String>,
        /// What opens it, if it is closed.
        passphrase: Option<Zeroizing<String>>,
    },
    /// A private key and an OpenSSH certificate over its public half.
    Certificate {
        /// Its text.
        key: Zeroizing<String>,
        /// What opens it, if it is closed.
        passphrase: Option<Zeroizing<String>>,
        /// The line of the file `*-cert.pub`.
        certificate: String,
    },
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password([secret])",
            Self::PrivateKey { .. } => "PrivateKey([secret])",
            Self::Certificate { .. } => "Certificate([secret])",
        })
    }
}

/// A terminal to be.
#[derive(Debug)]
pub struct Config {
    pub(crate) username: String,
    pub(crate) auth: Auth,
    pub(crate) pinned: HostKey,
    pub(crate) size: TermSize,
    pub(crate) timeout: Duration,
    pub(crate) keepalive: Duration,
}

/// Keepalives without an answer before the line counts as lost.
pub(crate) const KEEPALIVES: usize = 2;

impl Config {
    /// A terminal of `size` for `username`, on a machine that must show `pinned` (a line of OpenSSH).
    pub fn new(username: &str, auth: Auth, pinned: &str, size: TermSize) -> Result<Self, Error> {
        Ok(Self {
            username: username.to_owned(),
            auth,
            pinned: HostKey::from_openssh(pinned)?,
            size,
            timeout: Duration::from_secs(15),
            keepalive: Duration::from_secs(8),
        })
    }

    /// How long it may take from the first byte to the shell; 15 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a silent machine is asked whether it is there; a third silence is a lost line. 8 s by default,
    /// so that a dead machine is known within 30 s.
    #[must_use]
    pub fn keepalive(mut self, keepalive: Duration) -> Self {
        self.keepalive = keepalive;
        self
    }

    /// How long a dead machine can go unnoticed.
    pub fn lost_after(&self) -> Duration {
        self.keepalive * (u32::try_from(KEEPALIVES).unwrap_or(u32::MAX) + 1)
    }

    pub(crate) fn client(&self) -> Arc<russh::client::Config> {
        Arc::new(client_config(Some(&self.pinned), Some(self.keepalive)))
    }
}

/// Ours for all connections: what differs from the library's own choice, and why.
pub(crate) fn client_config(pinned: Option<&HostKey>, keepalive: Option<Duration>) -> russh::client::Config {
    let mut config = russh::client::Config {
        client_id: russh::SshId::Standard("SSH-2.0-Sallyport".into()),
        // Carries the answers to our requests alone: output goes to the handler.
        channel_buffer_size: 1,
        keepalive_interval: keepalive,
        keepalive_max: KEEPALIVES,
        nodelay: true,
        ..russh::client::Config::default()
    };
    // A terminal gains nothing by it, and a machine could make us unpack what it never sent.
    config.preferred.compression = Cow::Borrowed(&[russh::compression::NONE]);
    // AES is in the processor of whoever runs a gateway; ChaCha20 costs both sides several times as much there.
    config.preferred.cipher = Cow::Borrowed(&[
        russh::cipher::AES_256_GCM,
        russh::cipher::CHACHA20_POLY1305,
        russh::cipher::AES_256_CTR,
        russh::cipher::AES_192_CTR,
        russh::cipher::AES_128_CTR,
    ]);
    if let Some(pinned) = pinned {
        // The kind that was confirmed goes first, so that a machine with several keys shows that one.
        let mut order = config.preferred.key.to_vec();
        order.sort_by_key(|algorithm| !pinned.is_of(algorithm));
        config.preferred.key = order.into();
    }
    config
}
