//! Private keys and certificates, from text.

use crate::Error;
use russh::keys::ssh_key::Certificate;
use russh::keys::{PrivateKey, decode_secret_key};
use std::sync::Arc;

/// The key of a text; what cannot be used is said in words.
pub(crate) fn private_key(text: &str, passphrase: Option<&str>) -> Result<Arc<PrivateKey>, Error> {
    let text = text.trim();
    // An empty field of a form is no passphrase; a passphrase for an open key does no harm.
    let passphrase = passphrase.filter(|given| !given.is_empty() && is_closed(text));
    match decode_secret_key(text, passphrase) {
        Ok(key) if key.is_encrypted() => Err(Error::PassphraseMissing),
        Ok(key) => Ok(Arc::new(key)),
        Err(russh::keys::Error::KeyIsEncrypted) => Err(Error::PassphraseMissing),
        Err(_) if is_closed(text) && passphrase.is_none() => Err(Error::PassphraseMissing),
        Err(_) if is_closed(text) => Err(Error::PassphraseWrong),
        Err(error) => Err(Error::UnsupportedKey(error.to_string())),
    }
}

/// Whether a key's text says that it is closed by a passphrase.
fn is_closed(text: &str) -> bool {
    let ppk = text.lines().find_map(|line| line.strip_prefix("Encryption: "));
    ppk.is_some_and(|cipher| cipher.trim() != "none")
        || text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
        || text.contains("Proc-Type: 4,ENCRYPTED")
        || matches!(decode_secret_key(text, None), Err(russh::keys::Error::KeyIsEncrypted))
}

/// The certificate of a line, over the public half of `key`.
pub(crate) fn certificate(line: &str, key: &PrivateKey) -> Result<Certificate, Error> {
    let certificate =
        Certificate::from_openssh(line.trim()).map_err(|error| Error::Certificate(error.to_string()))?;
    if certificate.public_key() != key.public_key().key_data() {
        return Err(Error::Certificate("it belongs to another key".to_owned()));
    }
    Ok(certificate)
}
