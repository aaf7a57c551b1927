//! Why a message was refused: a code for the log, a sentence for the organization's administrator.

/// Why an answer or a logout request was refused. Its sentence is for administrators; a person at sign-in is told
/// that the sign-in failed and no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Larger than [`LARGEST_ANSWER`](crate::LARGEST_ANSWER) or [`LARGEST_REDIRECT`](crate::LARGEST_REDIRECT).
    #[error("The message is larger than {0} bytes.")]
    TooLarge(usize),
    /// Not base64, not UTF-8, not well-formed, or XML that a SAML message has no need of.
    #[error("The message is not the plain XML that SAML asks for: {0}.")]
    Xml(&'static str),
    /// Another message than the one expected, or a part of it missing, doubled or in the wrong place.
    #[error("The message is not built as a SAML message has to be: {0}.")]
    Shape(&'static str),
    /// An identifier that two elements share, or that stands where another reader could take it for one.
    #[error("The message carries an ambiguous identifier.")]
    Ambiguous,
    /// More than one assertion, or one where none belongs: the mark of a wrapped signature.
    #[error("The message carries an assertion or a signature in a place where none belongs.")]
    Wrapped,
    /// The identity provider encrypted it.
    #[error(
        "The assertion is encrypted. Sallyport takes assertions over TLS and signed; switch encryption of \
         assertions off for this application at the identity provider."
    )]
    Encrypted,
    /// The identity provider did not sign people in.
    #[error("The identity provider did not sign the person in; its status is {0}.")]
    Status(String),
    /// No signature over the assertion.
    #[error("The assertion is not signed. Switch signed assertions on at the identity provider.")]
    NotSigned,
    /// A signature that is built in a way that is not allowed.
    #[error("The signature is not built as allowed: {0}.")]
    Signature(&'static str),
    /// An algorithm that is too weak or not supported.
    #[error(
        "The message is signed with an algorithm that is not allowed. Allowed are RSA with SHA-256, SHA-384 or \
         SHA-512; choose one of them at the identity provider."
    )]
    Algorithm,
    /// A signature that none of the connection's certificates explains.
    #[error(
        "The signature was not made with a certificate of this connection, or the message was changed on its way. \
         If the identity provider has a new certificate, import its metadata again."
    )]
    NotGenuine,
    /// Every certificate of the connection, or the one that signed, is past its time.
    #[error("The identity provider's certificate has expired. Import its new metadata.")]
    CertificateExpired,
    /// The connection as a whole is not fit for sign-in.
    #[error("The connection cannot be used: {0}")]
    Unusable(String),
    /// From somebody else than the connection's identity provider.
    #[error("The message comes from another identity provider than the one of this connection.")]
    Issuer,
    /// Sent to somebody else.
    #[error("The message was made for another address than this connection's.")]
    Destination,
    /// The assertion was made to be handed in elsewhere.
    #[error("The assertion was made to be handed in at another address than this connection's.")]
    Recipient,
    /// The assertion is for another service, or does not say for which.
    #[error(
        "The assertion is not for this connection alone. Check the audience (the entity ID of the service) at the \
         identity provider."
    )]
    Audience,
    /// It answers another request than this browser's, or none, or one although nobody asked.
    #[error("The message does not answer the request of this browser.")]
    InResponseTo,
    /// Issued too long ago, or in the future.
    #[error(
        "The message was issued more than five minutes ago or in the future. Check the clocks of both sides."
    )]
    Stale,
    /// Its time is over, has not come, or is not limited.
    #[error("The assertion is not valid now. Check the clocks of both sides.")]
    Time,
    /// Who it is about is missing or not told plainly.
    #[error("The assertion does not say plainly whom it is about: {0}.")]
    Subject(&'static str),
    /// Limited by a condition that we do not know.
    #[error("The assertion is limited by a condition that Sallyport does not know.")]
    Condition,
    /// Our two readers understood it differently.
    #[error("The message can be read in two ways.")]
    ReadTwoWays,
}

impl Refused {
    /// A stable word for logs, events and counters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too_large",
            Self::Xml(_) => "xml",
            Self::Shape(_) => "shape",
            Self::Ambiguous => "ambiguous",
            Self::Wrapped => "wrapped",
            Self::Encrypted => "encrypted",
            Self::Status(_) => "status",
            Self::NotSigned => "not_signed",
            Self::Signature(_) => "signature",
            Self::Algorithm => "algorithm",
            Self::NotGenuine => "not_genuine",
            Self::CertificateExpired => "certificate_expired",
            Self::Unusable(_) => "unusable",
            Self::Issuer => "issuer",
            Self::Destination => "destination",
            Self::Recipient => "recipient",
            Self::Audience => "audience",
            Self::InResponseTo => "in_response_to",
            Self::Stale => "stale",
            Self::Time => "time",
            Self::Subject(_) => "subject",
            Self::Condition => "condition",
            Self::ReadTwoWays => "read_two_ways",
        }
    }
}
