//! Shows an administrator, before a connection is switched on, that it refuses what it has to refuse. The answers are
//! made here as the identity provider would make them, signed by a key of the moment that stands in for its own.

use crate::metadata::Provider;
use crate::names::{ASSERTION, BEARER, PROTOCOL, SUCCESS};
use crate::own::{OwnKey, ServiceProvider};
use crate::refused::Refused;
use crate::request::{instant, new_id, not_signed};
use crate::{AGE, Expected, sign, xml};
use aws_lc_rs::rsa::KeySize;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};

/// One thing that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// What was tried, as a stable word.
    pub check: &'static str,
    /// Whether the connection did what it should.
    pub passed: bool,
}

/// Tries a connection. Nobody is asked and nothing is kept.
pub fn self_test(
    service: &ServiceProvider,
    provider: &Provider,
    now: DateTime<Utc>,
) -> Result<Vec<Check>, Refused> {
    if let Some(problem) = provider.problems(now).first() {
        return Err(Refused::Unusable(problem.to_string()));
    }
    let key = OwnKey::generate_of(KeySize::Rsa2048, "self-test", now).map_err(|_| not_signed())?;
    let stand_in = Provider { certificates: vec![key.certificate().clone()], ..provider.clone() };
    let request_id = new_id()?;
    let expected = Expected { request_id: Some(request_id.clone()), now };
    let made = Made { service, provider, request_id };
    let id = new_id()?;
    let genuine = made.assertion(&id, "somebody", now);
    let signed = sign::envelope(&genuine, &id, &key).ok_or_else(not_signed)?;
    let forged = made.assertion(&new_id()?, "somebody.else", now);
    let late = now - AGE - TimeDelta::minutes(1);
    let old = sign::envelope(&made.assertion(&id, "somebody", late), &id, &key).ok_or_else(not_signed)?;
    let accepted = |provider: &Provider, inner: String| {
        service
            .finish(provider, made.response(&inner, now)?.as_bytes(), &expected)
            .map(|answer| answer.name_id)
    };
    let refused = |provider: &Provider, inner: String| Ok(accepted(provider, inner).is_err());
    Ok(vec![
        Check { check: "accepted", passed: accepted(&stand_in, signed.clone()).as_deref() == Ok("somebody") },
        Check { check: "unsigned", passed: refused(&stand_in, genuine.clone())? },
        Check { check: "wrapped", passed: refused(&stand_in, format!("{forged}{signed}"))? },
        Check {
            check: "changed",
            passed: refused(&stand_in, signed.replace(">somebody<", ">somebody.else<"))?,
        },
        Check { check: "foreign_key", passed: refused(provider, signed)? },
        Check { check: "expired", passed: refused(&stand_in, old)? },
    ])
}

/// An answer as the identity provider would make it.
struct Made<'s> {
    service: &'s ServiceProvider,
    provider: &'s Provider,
    request_id: String,
}

impl Made<'_> {
    /// In canonical form, see `sign`.
    fn assertion(&self, id: &str, name: &str, now: DateTime<Utc>) -> String {
        let (issued, end) = (instant(now), instant(now + AGE));
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{}</saml:Issuer><saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation \
             Method=\"{BEARER}\"><saml:SubjectConfirmationData InResponseTo=\"{}\" NotOnOrAfter=\"{end}\" \
             Recipient=\"{}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{issued}\" NotOnOrAfter=\"{end}\"><saml:AudienceRestriction>\
             <saml:Audience>{}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement \
             AuthnInstant=\"{issued}\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement></saml:Assertion>",
            xml::escaped(&self.provider.entity_id),
            self.request_id,
            xml::escaped(self.service.acs_url()),
            xml::escaped(self.service.entity_id()),
        )
    }

    /// As it would be posted.
    fn response(&self, inner: &str, now: DateTime<Utc>) -> Result<String, Refused> {
        Ok(STANDARD.encode(format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"{}\" InResponseTo=\"{}\" \
             IssueInstant=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer>\
             <samlp:Status><samlp:StatusCode Value=\"{SUCCESS}\"></samlp:StatusCode></samlp:Status>{inner}\
             </samlp:Response>",
            xml::escaped(self.service.acs_url()),
            new_id()?,
            self.request_id,
            instant(now),
            xml::escaped(&self.provider.entity_id),
        )))
    }
}
