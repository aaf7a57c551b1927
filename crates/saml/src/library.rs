//! The only room that knows saml-rs. It verifies signatures and judges a message in its own way, with its own reader;
//! ours judges too. To exchange the library is to write this file anew.

use crate::answer::{Answer, Signed};
use crate::certificate::Certificate;
use crate::metadata::{self, Provider};
use crate::own::ServiceProvider;
use crate::refused::Refused;
use crate::{Expected, LARGEST_ANSWER, LARGEST_REDIRECT, SKEW};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, AudienceValidationPolicy, AuthnRequest, AuthnRequestSigningPolicy,
    BrowserInput, ClockSkew, EntityId, FormField, IdpDescriptor, LogoutRequest, MetadataTrustPolicy, Pending,
    PendingSnapshot, RelayStateParam, ReplayPolicy, ResponseSignaturePolicy, Saml, SamlError,
    SamlValidationContext, SloEndpoint, Sp, SpConfig, SpValidationPolicy, SsoResponse, XmlPolicy,
    XmlSignatureProfile,
};
use std::time::SystemTime;

/// What the library read in an answer that it accepts.
pub(crate) struct Read {
    pub(crate) name_id: String,
    pub(crate) assertion_id: String,
}

/// Verifies the signatures of an answer of the right form, each of them.
pub(crate) fn verify_answer(
    service: &ServiceProvider,
    provider: &Provider,
    xml: &str,
    answer: &Answer<'_>,
    expected: &Expected,
) -> Result<Read, Refused> {
    by_pinned(provider, expected.now, |certificates| {
        let sp = local(service, answer.signed)?;
        let idp = peer(provider, certificates)?;
        let input =
            || BrowserInput::<SsoResponse>::post(vec![FormField::new("SAMLResponse", STANDARD.encode(xml))]);
        let session = match &expected.request_id {
            Some(request_id) => {
                let snapshot = PendingSnapshot::<AuthnRequest>::authn_request(
                    request_id,
                    RelayStateParam::absent(),
                    &provider.entity_id,
                    "post",
                    service.acs_url(),
                    "post",
                );
                let pending =
                    Pending::<AuthnRequest>::from_snapshot(snapshot).map_err(|error| told(&error))?;
                sp.finish_sso(&idp, &pending, input(), context(expected.now))
            }
            None => sp.accept_unsolicited_sso(&idp, input(), context(expected.now)),
        };
        let session = session.map_err(|error| told(&error))?;
        if session.verified_xml_signatures().len() != answer.signed.count() {
            return Err(Refused::NotGenuine);
        }
        Ok(Read {
            name_id: session.name_id().value().to_owned(),
            assertion_id: session.assertion_id().as_str().to_owned(),
        })
    })
}

/// How a logout request came.
pub(crate) enum LogoutInput<'m> {
    Query(&'m str),
    Xml(&'m str),
}

/// Verifies the signature of a logout request; whom it names.
pub(crate) fn verify_logout(
    service: &ServiceProvider,
    provider: &Provider,
    input: &LogoutInput<'_>,
    now: DateTime<Utc>,
) -> Result<String, Refused> {
    by_pinned(provider, now, |certificates| {
        let sp = local(service, Signed { response: false, assertion: true })?;
        let idp = peer(provider, certificates)?;
        let input = match input {
            LogoutInput::Query(query) => BrowserInput::<LogoutRequest>::redirect(*query),
            LogoutInput::Xml(xml) => {
                BrowserInput::<LogoutRequest>::post(vec![FormField::new("SAMLRequest", STANDARD.encode(xml))])
            }
        };
        let received = sp.receive_slo(&idp, input, context(now)).map_err(|error| told(&error))?;
        received.message().name_id().map(|name| name.value().to_owned()).ok_or(Refused::ReadTwoWays)
    })
}

/// With the certificates that are valid now. If none of them explains the signature, tells whether an expired one
/// does: that is a mistake to mend rather than an attack.
fn by_pinned<T>(
    provider: &Provider,
    now: DateTime<Utc>,
    verify: impl Fn(&[&Certificate]) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let valid = provider.certificates_at(now);
    if valid.is_empty() {
        return Err(Refused::CertificateExpired);
    }
    let outcome = verify(&valid);
    if matches!(outcome, Err(Refused::NotGenuine)) {
        let others: Vec<&Certificate> =
            provider.certificates.iter().filter(|other| other.supported && !valid.contains(other)).collect();
        if !others.is_empty() && verify(&others).is_ok() {
            return Err(Refused::CertificateExpired);
        }
    }
    outcome
}

/// Our side, with the strictest policy that fits what carries a signature.
fn local(service: &ServiceProvider, signed: Signed) -> Result<Saml<Sp>, Refused> {
    let config = || {
        let mut config = SpConfig::builder(EntityId::try_new(service.entity_id())?)
            .acs_endpoint(AcsEndpoint::post(service.acs_url())?)
            .validation(SpValidationPolicy {
                assertions: if signed.assertion {
                    AssertionSignaturePolicy::RequireSigned
                } else {
                    AssertionSignaturePolicy::AllowUnsignedForCompatibility
                },
                responses: if signed.response {
                    ResponseSignaturePolicy::RequireSigned
                } else {
                    ResponseSignaturePolicy::RequireForEncryptedCbc
                },
                xml_signatures: XmlSignatureProfile::StrictRsaSha2,
                audience: AudienceValidationPolicy::Validate,
                // Requests are ours, see `request`.
                authn_requests: AuthnRequestSigningPolicy::DoNotSignForCompatibility,
                ..SpValidationPolicy::recommended()
            })
            .xml(XmlPolicy {
                redirect_inflate_max_bytes: LARGEST_REDIRECT,
                limits: saml_rs::xml::XmlLimits {
                    max_bytes: LARGEST_ANSWER,
                    max_depth: 64,
                    ..Default::default()
                },
                ..XmlPolicy::default()
            });
        if let Some(url) = service.slo_url() {
            config = config.slo_endpoint(SloEndpoint::redirect(url)?).slo_endpoint(SloEndpoint::post(url)?);
        }
        Saml::sp(config.build()?)
    };
    config().map_err(|error: SamlError| Refused::Unusable(error.to_string()))
}

/// The identity provider with these certificates alone: trust was decided when they were pinned.
fn peer(provider: &Provider, certificates: &[&Certificate]) -> Result<IdpDescriptor, Refused> {
    let xml = metadata::of_provider(provider, certificates);
    let entity_id = EntityId::try_new(&provider.entity_id);
    entity_id
        .and_then(|id| {
            IdpDescriptor::from_metadata_xml_for(id, &xml, MetadataTrustPolicy::UnsignedForCompatibility)
        })
        .map_err(|error| Refused::Unusable(error.to_string()))
}

/// The server keeps the used assertions, in a table that all instances share.
fn context(now: DateTime<Utc>) -> SamlValidationContext<'static> {
    let skew = SKEW.num_milliseconds();
    SamlValidationContext::new(SystemTime::from(now), ReplayPolicy::DisabledForCompatibility)
        .with_clock_skew(ClockSkew::from_millis(-skew, skew))
}

fn told(error: &SamlError) -> Refused {
    use saml_rs::error::SubjectConfirmationReason as Why;
    match error {
        SamlError::IssuerMismatch { .. } => Refused::Issuer,
        SamlError::DestinationMismatch { .. } => Refused::Destination,
        SamlError::InResponseToMismatch { .. } | SamlError::InvalidInResponseTo => Refused::InResponseTo,
        SamlError::AudienceMismatch { .. } => Refused::Audience,
        SamlError::UnrecognizedCondition { .. } => Refused::Condition,
        SamlError::StatusNotSuccess { top, .. } => Refused::Status(top.chars().take(120).collect()),
        SamlError::TimeWindowInvalid { .. } => Refused::Time,
        SamlError::SubjectConfirmationInvalid { reason } => match reason {
            Why::RecipientMismatch => Refused::Recipient,
            Why::InResponseToMismatch => Refused::InResponseTo,
            Why::TimeWindowInvalid | Why::MissingNotOnOrAfter => Refused::Time,
            _ => Refused::Subject("it is not confirmed for a bearer"),
        },
        SamlError::AlgorithmUnsupported => Refused::Algorithm,
        SamlError::PotentialWrappingAttack => Refused::Wrapped,
        // The signature is there, our own look at the form has seen it: it does not verify.
        SamlError::SignatureMissing
        | SamlError::AssertionSignatureRequired
        | SamlError::SignatureVerification { .. }
        | SamlError::SignedReferenceMismatch
        | SamlError::ReferenceResolution { .. }
        | SamlError::CertificateMismatch
        | SamlError::NoTrustedCertificate
        | SamlError::Crypto(_) => Refused::NotGenuine,
        _ => Refused::Shape("it does not follow SAML's profile for sign-in in a browser"),
    }
}
