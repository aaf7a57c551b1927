//! Our side of a connection: who we are, where answers go, and what we sign requests with.

use crate::certificate::Certificate;
use crate::metadata::{is_address, is_name, key_descriptor};
use crate::names::{METADATA, POST, PROTOCOL, REDIRECT};
use crate::{Rules, xml};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, date_time_ymd};
use zeroize::Zeroizing;

/// How long a certificate that we make is valid: a year and a month, so that it is renewed once a year.
const VALID: TimeDelta = TimeDelta::days(396);

/// A private key of ours with the certificate that identity providers know it by.
pub struct OwnKey {
    pair: RsaKeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
    certificate: Certificate,
}

/// Why a key or an address of ours cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnKeyRefused {
    /// Not an RSA key in PKCS #8, or too short.
    #[error("the private key is not an RSA key of at least 2048 bits in PKCS #8")]
    Key,
    /// Not a certificate, or one of another key.
    #[error("the certificate cannot be read or belongs to another key")]
    Certificate,
    /// No key or certificate could be made.
    #[error("a key or a certificate could not be made")]
    Making,
    /// A name or address that cannot stand in metadata.
    #[error("an entity ID or address of ours is not a plain URL")]
    Address,
}

impl std::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnKey").field("certificate", &self.certificate.fingerprint).finish_non_exhaustive()
    }
}

impl OwnKey {
    /// Makes a key of 3072 bits with a certificate that names it so and is signed by itself.
    pub fn generate(name: &str, now: DateTime<Utc>) -> Result<Self, OwnKeyRefused> {
        Self::generate_of(KeySize::Rsa3072, name, now)
    }

    pub(crate) fn generate_of(size: KeySize, name: &str, now: DateTime<Utc>) -> Result<Self, OwnKeyRefused> {
        let pair = RsaKeyPair::generate(size).map_err(|_| OwnKeyRefused::Making)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| OwnKeyRefused::Making)?;
        let pkcs8 = Zeroizing::new(der.as_ref().to_vec());
        let certificate = self_signed(&pkcs8, name, now).ok_or(OwnKeyRefused::Making)?;
        Ok(Self { pair, pkcs8, certificate })
    }

    /// A key made before, in PKCS #8, with its certificate, both in DER.
    pub fn from_parts(pkcs8: Zeroizing<Vec<u8>>, certificate: &[u8]) -> Result<Self, OwnKeyRefused> {
        let pair = RsaKeyPair::from_pkcs8(&pkcs8).map_err(|_| OwnKeyRefused::Key)?;
        let certificate = Certificate::read(certificate).ok_or(OwnKeyRefused::Certificate)?;
        if certificate.public_key().as_deref() != Some(pair.public_key().as_ref()) {
            return Err(OwnKeyRefused::Certificate);
        }
        Ok(Self { pair, pkcs8, certificate })
    }

    /// The private key in PKCS #8, to be sealed by the caller.
    pub fn pkcs8(&self) -> &Zeroizing<Vec<u8>> {
        &self.pkcs8
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// RSA with SHA-256, PKCS #1 v1.5.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

fn self_signed(pkcs8: &[u8], name: &str, now: DateTime<Utc>) -> Option<Certificate> {
    let key = rcgen::KeyPair::try_from(pkcs8).ok()?;
    let day = |at: DateTime<Utc>| {
        Some(date_time_ymd(at.year(), u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?))
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name.chars().take(64).collect::<String>());
    params.not_before = day(now)?;
    params.not_after = day(now + VALID)?;
    Certificate::read(params.self_signed(&key).ok()?.der())
}

/// Our side of one connection.
#[derive(Debug)]
pub struct ServiceProvider {
    entity_id: String,
    acs_url: String,
    slo_url: Option<String>,
    key: OwnKey,
    next: Option<Certificate>,
}

impl ServiceProvider {
    /// `acs_url` is where answers are posted, `slo_url` where logout requests come.
    pub fn new(
        entity_id: &str,
        acs_url: &str,
        slo_url: Option<&str>,
        key: OwnKey,
    ) -> Result<Self, OwnKeyRefused> {
        let rules = Rules { allow_loopback_http: true };
        if !is_name(entity_id)
            || !is_address(acs_url, rules)
            || !slo_url.is_none_or(|url| is_address(url, rules))
        {
            return Err(OwnKeyRefused::Address);
        }
        Ok(Self {
            entity_id: entity_id.to_owned(),
            acs_url: acs_url.to_owned(),
            slo_url: slo_url.map(str::to_owned),
            key,
            next: None,
        })
    }

    /// Announces a certificate beside the one in use, before or after the change from one to the other, so that
    /// identity providers can read our metadata in between.
    #[must_use]
    pub fn with_other_certificate(mut self, other: Certificate) -> Self {
        self.next = Some(other);
        self
    }

    /// Who we are to the identity provider; also the audience of its assertions.
    pub fn entity_id(&self) -> &str {
        &self.entity_id
    }

    /// Where answers are posted.
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// Where logout requests come.
    pub fn slo_url(&self) -> Option<&str> {
        self.slo_url.as_deref()
    }

    pub(crate) fn key(&self) -> &OwnKey {
        &self.key
    }

    /// Our metadata, for the identity provider.
    pub fn metadata(&self) -> String {
        let keys: String = [Some(self.key.certificate()), self.next.as_ref()]
            .into_iter()
            .flatten()
            .map(key_descriptor)
            .collect();
        let logout = self.slo_url.as_ref().map_or_else(String::new, |url| {
            let url = xml::escaped(url);
            format!(
                "<md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{url}\"/>\
                 <md:SingleLogoutService Binding=\"{POST}\" Location=\"{url}\"/>"
            )
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{}\">\
             <md:SPSSODescriptor AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\" \
             protocolSupportEnumeration=\"{PROTOCOL}\">{keys}{logout}<md:AssertionConsumerService \
             Binding=\"{POST}\" Location=\"{}\" index=\"0\" isDefault=\"true\"/></md:SPSSODescriptor>\
             </md:EntityDescriptor>\n",
            xml::escaped(&self.entity_id),
            xml::escaped(&self.acs_url),
        )
    }
}
