//! Private keys and certificates, from text.

use crate::Error;
use russh::keys::ssh_key::Certificate;
use russh::keys::{PrivateKey, decode_secret_key};
use std::sync::Arc;

/// The key of a text; what cannot be used is said in words.
pub(crate) fn private_key(text: &str, passphrase: Option<&str>) -> Result<Arc<PrivateKey>, Error> {
    match decode_secret_key(text, passphrase) {
        Ok(key) if key.is_encrypted() => Err(Error::PassphraseMissing),
        Ok(key) => Ok(Arc::new(key)),
        Err(russh::keys::Error::KeyIsEncrypted) => Err(Error::PassphraseMissing),
        Err(_) if passphrase.is_some() && decode_secret_key(text, None).is_err_and(|e| is_encrypted(&e)) => {
            Err(Error::PassphraseWrong)
        }
        Err(error) => Err(Error::UnsupportedKey(error.to_string())),
    }
}

fn is_encrypted(error: &russh::keys::Error) -> bool {
    matches!(error, russh::keys::Error::KeyIsEncrypted)
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
