//! The text of a machine's token: what it is for, 32 random bytes, a checksum. So scanners of code find one that was left where
//! it does not belong, and know without asking anybody that it is one.

use anyhow::Result;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sallyport_secrets::Secret;

/// What all API tokens begin with.
pub(crate) const API: &str = "sp_pat_";
/// What all tokens of directories begin with.
pub(crate) const DIRECTORY: &str = "sp_dir_";
const BYTES: usize = 32;
/// Of [`BYTES`] in base64url.
const BODY: usize = 43;
/// Hexadecimal digits.
const CHECKSUM: usize = 8;

/// A new one.
#[derive(Debug)]
pub(crate) struct NewToken {
    text: Secret,
}

impl NewToken {
    /// Makes one that begins so.
    pub(crate) fn new(prefix: &str) -> Result<Self> {
        let bytes = Secret::random(BYTES)?;
        let mut text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes.expose()));
        let checksum = checksum_of(&text);
        text.push_str(&checksum);
        Ok(Self { text: Secret::from(text) })
    }

    /// For its owner, once.
    pub(crate) fn reveal(&self) -> Result<String> {
        Ok(self.text.expose_str()?.to_owned())
    }

    /// For the database.
    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(self.text.expose())
    }
}

/// Whether a presented token means to be one.
pub(crate) fn is_api_token(presented: &str) -> bool {
    presented.starts_with(API)
}

/// What the database knows a presented token by; none when it cannot be one of ours that begins so.
pub(crate) fn hash_of(prefix: &str, presented: &str) -> Option<Vec<u8>> {
    if presented.len() != prefix.len() + BODY + CHECKSUM {
        return None;
    }
    let (text, checksum) = presented.split_at_checked(prefix.len() + BODY)?;
    let body = text.strip_prefix(prefix)?;
    let whole = URL_SAFE_NO_PAD.decode(body).is_ok_and(|bytes| bytes.len() == BYTES);
    (whole && checksum_of(text) == checksum).then(|| hash(presented.as_bytes()))
}

/// No secret: it only tells a mistyped or made-up token from one of ours.
fn checksum_of(text: &str) -> String {
    hash(text.as_bytes()).first_chunk::<4>().map(hex::encode).unwrap_or_default()
}

/// The bytes are uniformly random, so a slow hash would add nothing.
fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t07_a_changed_api_token_is_none() {
        let token = NewToken::new(API).unwrap();
        let text = token.reveal().unwrap();
        assert_eq!(text.len(), 58);
        assert_eq!(hash_of(API, &text), Some(token.hash()));
        for other in [
            text[..57].to_owned(),
            format!("{text}0"),
            format!(" {text}"),
            text.to_uppercase(),
            text.replacen("sp_pat_", "sp_pta_", 1),
            text.replacen("sp_pat_", "", 1),
            String::new(),
            "é".repeat(29),
        ] {
            assert_eq!(hash_of(API, &other), None, "{other}");
        }
        // Each single character is under the checksum.
        for at in 7..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(hash_of(API, &String::from_utf8(changed).unwrap()), None, "{at}");
        }
    }
}
