//! Why a sign-in is not believed. The sentences are for the administrator who looks after the connection; whoever
//! signs in hears only that it did not work.

use sallyport_outbound::SendError;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was not asked successfully.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The discovery document is none, or not the one of this issuer.
    #[error("The address does not describe an identity provider: {0}.")]
    Discovery(String),
    /// The document names an address that is not taken.
    #[error("The identity provider's own description names an unusable address for {what}: {why}.")]
    Endpoint {
        /// Which one.
        what: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// It cannot do what is asked of it.
    #[error("The identity provider does not offer {0}.")]
    NotOffered(String),
    /// The answer belongs to another question.
    #[error("The answer does not belong to this sign-in (state).")]
    State,
    /// It says no itself.
    #[error("The identity provider refused: {0}.")]
    Denied(String),
    /// The answer comes from somebody else (RFC 9207).
    #[error("The answer came from another identity provider than the one that was asked.")]
    Issuer,
    /// No code.
    #[error("The answer carries no code.")]
    NoCode,
    /// The code was not exchanged.
    #[error("The identity provider did not exchange the code: {0}.")]
    Exchange(String),
    /// The ID token is not good.
    #[error("The ID token is not good: {0}.")]
    IdToken(&'static str),
    /// Its key is not among the provider's.
    #[error("The ID token is signed with a key that the identity provider does not publish.")]
    UnknownKey,
    /// The claims about the person are missing or of another one.
    #[error("What the identity provider says of the person is not usable: {0}.")]
    Claims(&'static str),
    /// The person was not asked to prove anew who they are.
    #[error("The identity provider did not ask the person to sign in anew.")]
    NotFresh,
    /// Back-channel logout.
    #[error("The logout token is not good: {0}.")]
    LogoutToken(&'static str),
    /// Back-channel logout, by a key of a known name.
    #[error("The logout token is not good: its signature is not right.")]
    LogoutSignature,
}

impl Refused {
    /// Whether a logout token may be signed by a key that the provider has got since its keys were read.
    pub fn may_be_a_new_key(&self) -> bool {
        matches!(self, Self::UnknownKey | Self::LogoutSignature)
    }

    /// Stable; clients branch on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Send(error) => error.code(),
            Self::Discovery(_) => "discovery_refused",
            Self::Endpoint { .. } => "endpoint_refused",
            Self::NotOffered(_) => "not_offered",
            Self::State => "state_mismatch",
            Self::Denied(_) => "provider_refused",
            Self::Issuer => "issuer_mismatch",
            Self::NoCode => "code_missing",
            Self::Exchange(_) => "exchange_failed",
            Self::IdToken(_) => "id_token_refused",
            Self::UnknownKey => "key_unknown",
            Self::Claims(_) => "claims_refused",
            Self::NotFresh => "not_fresh",
            Self::LogoutToken(_) | Self::LogoutSignature => "logout_token_refused",
        }
    }
}

/// An error code of somebody else, fit to be shown: short and of plain characters (RFC 6749, section 4.1.2.1).
pub(crate) fn plain(code: &str) -> String {
    let kept: String =
        code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(64).collect();
    if kept.is_empty() { "without a reason".to_owned() } else { kept }
}
