//! What is sealed: the checked fields of a credential, and what may be told of them.

use super::keys;
use super::sensitive::Sensitive;
use crate::error::{ApiError, Result};
use chrono::{DateTime, TimeDelta, Utc};
use russh::keys::ssh_key::{Certificate, HashAlg, PublicKey};
use sallyport_secrets::Secret;

/// Names of the sealed fields, as `credential_secrets.field` allows them.
pub(super) const PASSWORD: &str = "password";
pub(super) const PRIVATE_KEY: &str = "private_key";
pub(super) const CERTIFICATE: &str = "certificate";

/// Longest certificate, in bytes.
const MAX_CERTIFICATE: usize = 64 * 1024;

/// The fields to seal, and what may be told of them.
#[derive(Debug)]
pub(super) struct Material {
    /// Name and value.
    pub fields: Vec<(&'static str, Secret)>,
    /// What may be told.
    pub facts: PublicFacts,
    public_key: Option<PublicKey>,
}

/// What may be told of a secret.
#[derive(Debug, Default)]
pub(super) struct PublicFacts {
    /// `SHA256:…` of the public key.
    pub fingerprint: Option<String>,
    /// Names that a certificate is good for; empty: any.
    pub certificate_principals: Vec<String>,
    /// Until when a certificate is good.
    pub certificate_expires_at: Option<DateTime<Utc>>,
}

impl Material {
    /// A password: 1 to 1024 characters of one line.
    pub(super) fn from_password(password: Sensitive) -> Result<Self> {
        let length = password.expose().chars().count();
        if length == 0 || length > 1024 {
            return Err(ApiError::invalid("password", "it must have 1 to 1024 characters"));
        }
        if password.expose().contains(['\0', '\n', '\r']) {
            return Err(ApiError::invalid("password", "it must not contain NUL or line breaks"));
        }
        let fields = vec![(PASSWORD, password.into_secret())];
        Ok(Self { fields, facts: PublicFacts::default(), public_key: None })
    }

    /// A private key. It is kept opened, under our own seal: a passphrase beside it in the same seal would
    /// protect nothing, and would have to be kept as well, though people use it elsewhere.
    pub(super) fn from_private_key(text: &Sensitive, passphrase: Option<&Sensitive>) -> Result<Self> {
        let key = keys::parse(text, passphrase)?;
        let public_key = key.public_key().clone();
        let facts = PublicFacts {
            fingerprint: Some(public_key.fingerprint(HashAlg::Sha256).to_string()),
            ..PublicFacts::default()
        };
        Ok(Self { fields: vec![(PRIVATE_KEY, keys::to_text(&key)?)], facts, public_key: Some(public_key) })
    }

    /// The certificate over the public half of the key at hand.
    pub(super) fn with_certificate(mut self, text: &str, now: DateTime<Utc>) -> Result<Self> {
        let certificate = parse_certificate(text)?;
        if self.public_key.as_ref().map(PublicKey::key_data) != Some(certificate.public_key()) {
            let theirs = certificate.public_key().fingerprint(HashAlg::Sha256);
            return refuse(format!("it belongs to another key ({theirs})"));
        }
        check_certificate(&certificate, now)?;
        self.facts.certificate_principals = certificate.valid_principals().to_vec();
        // "For ever" is the largest number there is; what the calendar cannot say has no end.
        self.facts.certificate_expires_at = instant(certificate.valid_before());
        self.fields.push((CERTIFICATE, Secret::from(text.trim().to_owned())));
        Ok(self)
    }
}

fn refuse<T>(problem: impl Into<String>) -> Result<T> {
    Err(ApiError::invalid("certificate", problem))
}

fn parse_certificate(text: &str) -> Result<Certificate> {
    let text = text.trim();
    if text.len() > MAX_CERTIFICATE {
        return refuse("it is longer than 64 KiB");
    }
    if text.contains(['\n', '\r']) {
        return refuse("it must be the one line of the file *-cert.pub");
    }
    Certificate::from_openssh(text).or_else(|_| {
        refuse(
            "it is no OpenSSH certificate: paste the line of the file *-cert.pub (X.509 is something else)",
        )
    })
}

/// What a terminal needs of a certificate. Whether the machine trusts its authority, only the machine knows.
fn check_certificate(certificate: &Certificate, now: DateTime<Utc>) -> Result<()> {
    if !certificate.cert_type().is_user() {
        return refuse("it is a host certificate; a user certificate is needed");
    }
    if let Some(at) = instant(certificate.valid_before()).filter(|at| *at <= now) {
        return refuse(format!("it expired on {}", at.format("%Y-%m-%d %H:%M UTC")));
    }
    // Clocks differ by a little; a certificate of the next hour is a mistake.
    let valid_from = instant(certificate.valid_after());
    if valid_from.is_none_or(|at| at > now + TimeDelta::minutes(5)) {
        return refuse("it is not valid yet");
    }
    let second = u64::try_from(now.timestamp()).unwrap_or_default().max(certificate.valid_after());
    if certificate.validate_at(second, [&certificate.signature_key().fingerprint(HashAlg::Sha256)]).is_err() {
        return refuse("its signature is not valid: it is damaged");
    }
    if certificate.critical_options().contains_key("force-command") {
        return refuse("it forces a command, so no terminal can be opened with it");
    }
    if !certificate.extensions().contains_key("permit-pty") {
        return refuse("it does not permit a terminal (permit-pty)");
    }
    Ok(())
}

fn instant(second: u64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(second).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::testkeys;

    fn password(text: &str) -> Result<Material> {
        Material::from_password(Sensitive::from(text.to_owned()))
    }

    #[test]
    fn a_password_is_one_line() {
        assert!(password("hunter2").is_ok());
        assert!(password(&"p".repeat(1024)).is_ok());
        for bad in ["", "a\0b", "a\nb", "a\r", &"p".repeat(1025)] {
            assert_eq!(password(bad).unwrap_err().code, "invalid_input");
        }
    }

    fn certified(make: impl FnOnce(&mut testkeys::Wish)) -> Result<Material> {
        let mut wish = testkeys::Wish::default();
        make(&mut wish);
        let (key, certificate) = wish.make();
        Material::from_private_key(&key, None)?.with_certificate(&certificate, testkeys::now())
    }

    #[test]
    fn a_user_certificate_over_the_key_is_taken_with_its_facts() {
        let material = certified(|_| ()).unwrap();
        assert_eq!(
            material.fields.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            [PRIVATE_KEY, CERTIFICATE]
        );
        assert_eq!(material.facts.certificate_principals, ["ops"]);
        assert_eq!(material.facts.certificate_expires_at, Some(testkeys::now() + TimeDelta::hours(1)));
        assert!(material.facts.fingerprint.unwrap().starts_with("SHA256:"));
        let endless = certified(|wish| wish.for_ever = true).unwrap();
        assert_eq!(endless.facts.certificate_expires_at, None);
    }

    #[test]
    fn a_certificate_that_opens_no_terminal_is_refused_in_words() {
        let at = |minutes| Some(testkeys::now() + TimeDelta::minutes(minutes));
        let message = |make: &dyn Fn(&mut testkeys::Wish)| certified(|wish| make(wish)).unwrap_err().message;
        assert!(message(&|wish| wish.switches = &["-h"]).contains("host certificate"));
        assert!(message(&|wish| wish.valid_before = at(-1)).contains("expired"));
        assert!(message(&|wish| wish.valid_after = at(30)).contains("not valid yet"));
        assert!(message(&|wish| wish.other_key = true).contains("another key"));
        assert!(
            message(&|wish| wish.switches = &["-O", "force-command=/bin/true"]).contains("forces a command")
        );
        assert!(message(&|wish| wish.switches = &["-O", "no-pty"]).contains("permit-pty"));
        let key = testkeys::Wish::default().make().0;
        for garbage in ["", "ssh-ed25519 AAAA", "-----BEGIN CERTIFICATE-----", "a\nb", &"x".repeat(70_000)] {
            let material = Material::from_private_key(&key, None).unwrap();
            assert_eq!(
                material.with_certificate(garbage, testkeys::now()).unwrap_err().code,
                "invalid_input"
            );
        }
    }
}
