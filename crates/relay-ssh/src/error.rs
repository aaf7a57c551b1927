//! Why a terminal could not be had: each a sentence that a person can act on, without any secret.

/// Where in the beginning of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Versions, keys, host key.
    Handshake,
    /// Proving who we are.
    Authentication,
    /// Channel, PTY, shell.
    Shell,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Handshake => "the key exchange",
            Self::Authentication => "the sign-in",
            Self::Shell => "the opening of the shell",
        })
    }
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The machine shows another key than the one that a person confirmed.
    #[error("The machine shows another host key ({offered}) than the confirmed one ({expected}).")]
    HostKeyChanged {
        /// Fingerprint of the confirmed key.
        expected: String,
        /// Fingerprint of the key that was shown.
        offered: String,
    },
    /// The pinned key is no key.
    #[error("The confirmed host key cannot be read.")]
    PinnedKey,
    /// User name, password or key are not accepted.
    #[error("The machine refused the credential. It accepts: {methods}.")]
    AuthRefused {
        /// What the machine would take.
        methods: String,
    },
    /// The machine wants a second proof that a stored credential cannot give.
    #[error("The machine accepted the credential but wants another proof as well ({methods}).")]
    MoreProofWanted {
        /// What the machine would take.
        methods: String,
    },
    /// No key at all, or of a kind that is not supported.
    #[error("The private key cannot be used: {0}.")]
    UnsupportedKey(String),
    /// The key is closed and no passphrase was given.
    #[error("The private key needs its passphrase.")]
    PassphraseMissing,
    /// The passphrase does not open the key.
    #[error("The passphrase does not open the private key.")]
    PassphraseWrong,
    /// No certificate, or not over this key.
    #[error("The certificate cannot be used: {0}.")]
    Certificate(String),
    /// Something else answers.
    #[error("What answers at this address does not speak SSH.")]
    NotSsh,
    /// Nothing in time.
    #[error("The machine did not answer in time during {stage}.")]
    Timeout {
        /// Where.
        stage: Stage,
    },
    /// The other side talks, but nothing in common was found.
    #[error("The machine and the gateway have no {0} in common.")]
    NothingInCommon(String),
    /// The machine refused a terminal.
    #[error("The machine refused {0}.")]
    Refused(&'static str),
    /// The line broke.
    #[error("The connection broke during {stage}: {cause}.")]
    Broken {
        /// Where.
        stage: Stage,
        /// The library's words.
        cause: String,
    },
}

impl Error {
    /// Stable; for the API and the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HostKeyChanged { .. } => "host_key_changed",
            Self::PinnedKey => "host_key_unreadable",
            Self::AuthRefused { .. } => "credential_refused",
            Self::MoreProofWanted { .. } => "second_proof_wanted",
            Self::UnsupportedKey(_) => "key_unsupported",
            Self::PassphraseMissing => "passphrase_missing",
            Self::PassphraseWrong => "passphrase_wrong",
            Self::Certificate(_) => "certificate_unusable",
            Self::NotSsh => "target_not_ssh",
            Self::Timeout { .. } => "target_timeout",
            Self::NothingInCommon(_) => "target_incompatible",
            Self::Refused(_) => "terminal_refused",
            Self::Broken { .. } => "target_disconnected",
        }
    }

    pub(crate) fn from_library(stage: Stage, error: &russh::Error) -> Self {
        match error {
            russh::Error::Version => Self::NotSsh,
            russh::Error::NoCommonAlgo { kind, .. } => Self::NothingInCommon(format!("{kind:?} algorithm")),
            russh::Error::ConnectionTimeout
            | russh::Error::KeepaliveTimeout
            | russh::Error::InactivityTimeout => Self::Timeout { stage },
            other => Self::Broken { stage, cause: other.to_string() },
        }
    }
}
