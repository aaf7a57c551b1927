//! An identity provider that signs anything, with a signer of its own: XML is written in canonical form, so that the
//! bytes that are digested are known without a canonicalizer.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sallyport_saml::{Assertion, Certificate, Expected, OwnKey, Provider, Refused, ServiceProvider};
use std::sync::LazyLock;

pub(crate) const ACS: &str = "https://sallyport.test/api/saml/acme/acs";
pub(crate) const SLO: &str = "https://sallyport.test/api/saml/acme/slo";
pub(crate) const US: &str = "https://sallyport.test/api/saml/acme";
pub(crate) const IDP: &str = "https://idp.test/metadata";
pub(crate) const REQUEST: &str = "_4711000000000000000000000000000000000000";
pub(crate) const NAME: &str = "alice@example.test";
pub(crate) const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub(crate) const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub(crate) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub(crate) const EXC: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// When it all happens.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_315_200, 0).unwrap()
}

pub(crate) fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A key and what identifies its owner.
pub(crate) struct Signer {
    pair: RsaKeyPair,
    pub(crate) certificate: Certificate,
}

impl Signer {
    pub(crate) fn new(made: DateTime<Utc>) -> Self {
        let key = OwnKey::generate("idp.test", made).unwrap();
        Self { pair: RsaKeyPair::from_pkcs8(key.pkcs8()).unwrap(), certificate: key.certificate().clone() }
    }

    pub(crate) fn raw(&self, message: &[u8]) -> Vec<u8> {
        self.by("rsa-sha256", message)
    }

    /// By the method of this name; SHA-256 stands in for those that nobody signs with any more.
    fn by(&self, method: &str, message: &[u8]) -> Vec<u8> {
        let method = match method.rsplit('#').next() {
            Some("rsa-sha384") => &RSA_PKCS1_SHA384,
            Some("rsa-sha512") => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(method, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }
}

/// The identity provider's key, and one that nobody pinned.
pub(crate) static GENUINE: LazyLock<Signer> = LazyLock::new(|| Signer::new(now() - TimeDelta::days(30)));
pub(crate) static STRANGER: LazyLock<Signer> = LazyLock::new(|| Signer::new(now() - TimeDelta::days(30)));
static OURS: LazyLock<OwnKey> = LazyLock::new(|| OwnKey::generate("sallyport.test", now()).unwrap());

pub(crate) fn provider() -> Provider {
    Provider {
        entity_id: IDP.to_owned(),
        sso_redirect: Some("https://idp.test/sso?tenant=1".to_owned()),
        sso_post: Some("https://idp.test/sso".to_owned()),
        slo_redirect: Some("https://idp.test/slo".to_owned()),
        slo_post: None,
        certificates: vec![GENUINE.certificate.clone()],
        wants_signed_requests: true,
        keys_without_use: 0,
    }
}

pub(crate) fn our_key() -> OwnKey {
    OwnKey::from_parts(OURS.pkcs8().clone(), &OURS.certificate().der).unwrap()
}

pub(crate) fn service() -> ServiceProvider {
    ServiceProvider::new(US, ACS, Some(SLO), our_key()).unwrap()
}

pub(crate) fn expected() -> Expected {
    Expected { request_id: Some(REQUEST.to_owned()), now: now() }
}

/// Posts an answer to the connection.
pub(crate) fn post(xml: &str) -> Result<Assertion, Refused> {
    service().finish(&provider(), STANDARD.encode(xml).as_bytes(), &expected())
}

/// Asserts a refusal by its code.
#[track_caller]
pub(crate) fn refused(xml: &str, code: &str) {
    match post(xml) {
        Ok(read) => panic!("accepted as {}: {xml}", read.name_id),
        Err(refused) => assert_eq!(refused.code(), code, "{refused}: {xml}"),
    }
}

/// How a signature is made.
#[derive(Clone)]
pub(crate) struct Style {
    pub(crate) method: &'static str,
    pub(crate) canonicalization: String,
    pub(crate) transforms: String,
    /// The whole `Reference`s, in place of the right one.
    pub(crate) references: Option<String>,
    pub(crate) key_info: Option<String>,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            canonicalization: algorithm("CanonicalizationMethod", EXC, ""),
            transforms: algorithm("Transform", ENVELOPED, "") + &algorithm("Transform", EXC, ""),
            references: None,
            key_info: None,
        }
    }
}

pub(crate) fn algorithm(name: &str, algorithm: &str, inside: &str) -> String {
    format!("<ds:{name} Algorithm=\"{algorithm}\">{inside}</ds:{name}>")
}

pub(crate) fn reference(uri: &str, transforms: &str, content: &str) -> String {
    let method = algorithm("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256", "");
    let digest = STANDARD.encode(digest::digest(&digest::SHA256, content.as_bytes()));
    format!(
        "<ds:Reference URI=\"{uri}\"><ds:Transforms>{transforms}</ds:Transforms>{method}\
         <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )
}

impl Style {
    /// The signature over this canonical element.
    pub(crate) fn signature(&self, signer: &Signer, canonical: &str, id: &str) -> String {
        let references = self
            .references
            .clone()
            .unwrap_or_else(|| reference(&format!("#{id}"), &self.transforms, canonical));
        let inside =
            format!("{}{}{references}", self.canonicalization, algorithm("SignatureMethod", self.method, ""));
        let info = format!("<ds:SignedInfo xmlns:ds=\"{DS}\">{inside}</ds:SignedInfo>");
        let value = STANDARD.encode(signer.by(self.method, info.as_bytes()));
        let key_info = self.key_info.clone().unwrap_or_else(|| x509(&signer.certificate));
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{inside}</ds:SignedInfo>\
             <ds:SignatureValue>{value}</ds:SignatureValue>{key_info}</ds:Signature>"
        )
    }

    /// The element with its signature behind its issuer.
    pub(crate) fn sign(&self, signer: &Signer, canonical: &str, id: &str) -> String {
        canonical.replacen(
            "</saml:Issuer>",
            &format!("</saml:Issuer>{}", self.signature(signer, canonical, id)),
            1,
        )
    }
}

pub(crate) fn x509(certificate: &Certificate) -> String {
    format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        certificate.to_base64()
    )
}

/// What an answer says. Changed by a test, then made.
#[derive(Clone)]
pub(crate) struct Making {
    pub(crate) name: String,
    pub(crate) issuer: String,
    pub(crate) assertion_id: String,
    pub(crate) response_id: String,
    pub(crate) issued: DateTime<Utc>,
    pub(crate) response_issued: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) destination: String,
    pub(crate) recipient: String,
    pub(crate) in_response_to: Option<String>,
    pub(crate) confirmed_in_response_to: Option<String>,
    pub(crate) conditions: String,
    pub(crate) status: String,
    pub(crate) statements: String,
    /// What stands at the assertion's end.
    pub(crate) more: String,
    pub(crate) extensions: String,
}

pub(crate) fn audience(of: &[&str]) -> String {
    let audiences: String = of.iter().map(|one| format!("<saml:Audience>{one}</saml:Audience>")).collect();
    format!("<saml:AudienceRestriction>{audiences}</saml:AudienceRestriction>")
}

pub(crate) fn attribute(name: &str, values: &[&str]) -> String {
    let values: String =
        values.iter().map(|one| format!("<saml:AttributeValue>{one}</saml:AttributeValue>")).collect();
    format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
}

impl Default for Making {
    fn default() -> Self {
        Self {
            name: NAME.to_owned(),
            issuer: IDP.to_owned(),
            assertion_id: "_assertion1".to_owned(),
            response_id: "_response1".to_owned(),
            issued: now(),
            response_issued: now(),
            until: now() + TimeDelta::minutes(5),
            destination: ACS.to_owned(),
            recipient: ACS.to_owned(),
            in_response_to: Some(REQUEST.to_owned()),
            confirmed_in_response_to: Some(REQUEST.to_owned()),
            conditions: audience(&[US]),
            status: "urn:oasis:names:tc:SAML:2.0:status:Success".to_owned(),
            statements: attribute("groups", &["staff", "admins &amp; owners"]) + &attribute("mail", &[NAME]),
            more: String::new(),
            extensions: String::new(),
        }
    }
}

impl Making {
    /// The assertion in canonical form, unsigned.
    pub(crate) fn assertion(&self) -> String {
        let in_response_to = optional("InResponseTo", self.confirmed_in_response_to.as_deref());
        let Self { name, issuer, assertion_id, recipient, conditions, statements, more, .. } = self;
        let (issued, until) = (utc(self.issued), utc(self.until));
        format!(
            "<saml:Assertion xmlns:saml=\"{SAML}\" ID=\"{assertion_id}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{issuer}</saml:Issuer><saml:Subject><saml:NameID \
             Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{name}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData{in_response_to} NotOnOrAfter=\"{until}\" Recipient=\"{recipient}\">\
             </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions \
             NotBefore=\"{issued}\" NotOnOrAfter=\"{until}\">{conditions}</saml:Conditions><saml:AuthnStatement \
             AuthnInstant=\"{issued}\" SessionIndex=\"_session1\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement><saml:AttributeStatement>{statements}</saml:AttributeStatement>{more}\
             </saml:Assertion>"
        )
    }

    /// The assertion, signed by the identity provider.
    pub(crate) fn signed(&self) -> String {
        self.signed_by(&GENUINE, &Style::default())
    }

    pub(crate) fn signed_by(&self, signer: &Signer, style: &Style) -> String {
        style.sign(signer, &self.assertion(), &self.assertion_id)
    }

    /// A response around this, in canonical form if that is.
    pub(crate) fn response(&self, inner: &str) -> String {
        let in_response_to = optional("InResponseTo", self.in_response_to.as_deref());
        let Self { response_id, destination, issuer, status, extensions, .. } = self;
        let issued = utc(self.response_issued);
        format!(
            "<samlp:Response xmlns:samlp=\"{SAMLP}\" Destination=\"{destination}\" ID=\"{response_id}\"\
             {in_response_to} IssueInstant=\"{issued}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{issuer}\
             </saml:Issuer>{extensions}<samlp:Status><samlp:StatusCode Value=\"{status}\"></samlp:StatusCode>\
             </samlp:Status>{inner}</samlp:Response>"
        )
    }

    /// The usual answer: the assertion signed, the response not.
    pub(crate) fn answer(&self) -> String {
        self.response(&self.signed())
    }

    /// An answer whose response is signed, around whatever this is.
    pub(crate) fn signed_response(&self, inner: &str) -> String {
        Style::default().sign(&GENUINE, &self.response(inner), &self.response_id)
    }
}

fn optional(name: &str, value: Option<&str>) -> String {
    value.map_or_else(String::new, |value| format!(" {name}=\"{value}\""))
}

/// An answer with something changed.
pub(crate) fn with(change: impl FnOnce(&mut Making)) -> Making {
    let mut making = Making::default();
    change(&mut making);
    making
}
