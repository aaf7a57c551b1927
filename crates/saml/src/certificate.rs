//! A certificate, and what is asked of one whose key may sign.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::time::Time;

/// `rsaEncryption`.
const RSA: &str = "1.2.840.113549.1.1.1";

/// A certificate that is trusted because somebody pinned it: no chain is followed from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The certificate in DER; base64 when serialized.
    #[serde(with = "as_base64")]
    pub der: Vec<u8>,
    /// SHA-256 of the DER in hexadecimal, as `openssl x509 -fingerprint -sha256` prints it but for the colons.
    pub fingerprint: String,
    /// Whom it names.
    pub subject: String,
    /// From when it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid.
    pub not_after: DateTime<Utc>,
    /// Whether its key is RSA of at least 2048 bits: the only kind that signs here.
    pub supported: bool,
}

impl Certificate {
    /// Reads a certificate. None if these bytes are none.
    pub fn read(der: &[u8]) -> Option<Self> {
        let read = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
        let key = &read.subject_public_key_info;
        let bits = key.subject_public_key.as_bytes().and_then(rsa_bits);
        Some(Self {
            der: der.to_vec(),
            fingerprint: hex::encode(digest(&SHA256, der)),
            subject: read.subject.to_string(),
            not_before: instant(read.validity.not_before)?,
            not_after: instant(read.validity.not_after)?,
            supported: key.algorithm.oid.to_string() == RSA
                && bits.is_some_and(|bits| (2048..=8192).contains(&bits)),
        })
    }

    /// Reads a certificate in base64, with or without the lines of PEM around it.
    pub fn read_base64(text: &str) -> Option<Self> {
        let body: String = text.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
        let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        Self::read(&STANDARD.decode(body).ok()?)
    }

    /// In base64 on one line, as metadata and signatures carry it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.der)
    }

    /// Whether it is valid at this moment, give or take a difference of clocks.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.not_before <= now + crate::SKEW && now < self.not_after
    }

    /// The public key as PKCS #1 writes it.
    pub(crate) fn public_key(&self) -> Option<Vec<u8>> {
        let read = x509_cert::Certificate::from_der(&self.der).ok()?;
        read.tbs_certificate.subject_public_key_info.subject_public_key.as_bytes().map(<[u8]>::to_vec)
    }
}

fn instant(time: Time) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
    DateTime::from_timestamp(seconds, 0)
}

fn rsa_bits(key: &[u8]) -> Option<usize> {
    let modulus = |reader: &mut x509_cert::der::NestedReader<'_, SliceReader<'_>>| {
        let modulus = UintRef::decode(reader)?.as_bytes().len();
        UintRef::decode(reader)?;
        Ok(modulus)
    };
    let mut reader = SliceReader::new(key).ok()?;
    reader.sequence(modulus).ok().map(|bytes| bytes * 8)
}

mod as_base64 {
    //! Bytes as base64 in JSON.
    use super::STANDARD;
    use base64::Engine as _;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}
