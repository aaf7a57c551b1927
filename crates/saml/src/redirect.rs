//! The Redirect binding: a message deflated into a query, signed as a whole.

use crate::names::RSA_SHA256;
use crate::own::OwnKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use std::fmt::Write as _;
use std::io::Read as _;

/// The address with the signed message in its query. `name` is `SAMLRequest` or `SAMLResponse`.
pub(crate) fn address(
    to: &str,
    name: &str,
    message: &str,
    relay_state: Option<&str>,
    key: &OwnKey,
) -> Option<String> {
    let mut deflated = Vec::new();
    DeflateEncoder::new(message.as_bytes(), Compression::default()).read_to_end(&mut deflated).ok()?;
    let mut query = format!("{name}={}", percent(&STANDARD.encode(deflated)));
    if let Some(state) = relay_state {
        let _ = write!(query, "&RelayState={}", percent(state));
    }
    let _ = write!(query, "&SigAlg={}", percent(RSA_SHA256));
    let signature = STANDARD.encode(key.sign(query.as_bytes())?);
    let between = if to.contains('?') { '&' } else { '?' };
    Some(format!("{to}{between}{query}&Signature={}", percent(&signature)))
}

/// What a value of a query was before it was deflated, if that is at most `limit` bytes.
pub(crate) fn inflate(value: &str, limit: usize) -> Option<Vec<u8>> {
    let deflated = STANDARD.decode(value).ok()?;
    let mut inflated = Vec::new();
    let most = u64::try_from(limit).ok()?.checked_add(1)?;
    DeflateDecoder::new(deflated.as_slice()).take(most).read_to_end(&mut inflated).ok()?;
    (inflated.len() <= limit).then_some(inflated)
}

/// The value of a parameter, percent-decoded, if the query has it exactly once.
pub(crate) fn parameter(query: &str, name: &str) -> Option<String> {
    let mut found = query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
    let (_, value) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex_digit(rest.next()?)? * 16 + hex_digit(rest.next()?)?,
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
