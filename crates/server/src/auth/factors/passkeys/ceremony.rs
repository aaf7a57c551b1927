//! What an authenticator answers, believed only when proven: the verification of `WebAuthn` Level 3, sections 7.1 and
//! 7.2, without attestation. No database, no clock, no HTTP.
//!
//! Every passkey must be there for the person (presence) and know them (verification, by PIN or body), so each stands
//! for two factors. Who made the authenticator is not asked, so a statement about it is not looked at.

use aws_lc_rs::constant_time;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use serde::Deserialize;

/// An id is no longer than that (section 4, "credential id").
const MAX_CREDENTIAL_ID: usize = 1023;
/// Longer than any answer without a statement of the maker; with one, still enough.
const MAX_BYTES: usize = 16 * 1024;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENDED: u8 = 0x80;

/// COSE algorithms that we verify, in the order in which we like them: ES256, `EdDSA`, RS256.
pub(super) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// The one place whose passkeys are ours: from the configured address, whatever a request calls itself.
#[derive(Debug)]
pub(super) struct Site<'a> {
    /// Host name, without port.
    pub(super) rp_id: &'a str,
    /// As a browser writes it.
    pub(super) origin: &'a str,
}

/// What the browser was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Create,
    Get,
}

/// Why an answer proves nothing; for the log.
pub(super) type Refusal = &'static str;

/// A passkey that was made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) credential_id: Vec<u8>,
    /// `COSE_Key` (RFC 9052).
    pub(super) public_key: Vec<u8>,
    pub(super) state: State,
}

/// What an authenticator says of itself each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Grows with each use where the authenticator counts; zero where it does not.
    pub(super) sign_count: u32,
    /// It may be copied to the person's other devices. Never changes.
    pub(super) backup_eligible: bool,
    /// It was.
    pub(super) backed_up: bool,
}

/// Checks the making of a passkey (section 7.1).
pub(super) fn made(
    site: &Site<'_>,
    challenge: &str,
    client_data: &str,
    attestation: &str,
) -> Result<Made, Refusal> {
    check_client_data(site, Kind::Create, challenge, &bytes(client_data)?)?;
    let attestation = bytes(attestation)?;
    let mut rest = attestation.as_slice();
    let object: Value = ciborium::from_reader(&mut rest).map_err(|_| "the attestation is no CBOR")?;
    let data = field(&object, "authData").and_then(Value::as_bytes).ok_or("the attestation has no data")?;
    let (state, rest) = check_authenticator_data(site, data)?;
    let flags = data.get(32).copied().unwrap_or_default();
    if flags & ATTESTED == 0 {
        return Err("no passkey in the answer");
    }
    // AAGUID, length, id, key (section 6.5.2).
    let (length, rest) = rest.get(16..).and_then(<[u8]>::split_first_chunk::<2>).ok_or("cut short")?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (id, rest) = rest.split_at_checked(length).ok_or("cut short")?;
    if id.is_empty() || id.len() > MAX_CREDENTIAL_ID {
        return Err("the passkey's id has a wrong length");
    }
    let mut after = rest;
    let _: Value = ciborium::from_reader(&mut after).map_err(|_| "the key is no CBOR")?;
    let key = rest.get(..rest.len().saturating_sub(after.len())).ok_or("cut short")?;
    check_end(flags, after)?;
    Key::parse(key)?;
    Ok(Made { credential_id: id.to_vec(), public_key: key.to_vec(), state })
}

/// Checks the use of a passkey (section 7.2), all but the count, which is the database's to compare.
pub(super) fn used(
    site: &Site<'_>,
    challenge: &str,
    client_data: &str,
    authenticator_data: &str,
    signature: &str,
    public_key: &[u8],
) -> Result<State, Refusal> {
    let client_data = bytes(client_data)?;
    check_client_data(site, Kind::Get, challenge, &client_data)?;
    let data = bytes(authenticator_data)?;
    let (state, rest) = check_authenticator_data(site, &data)?;
    let flags = data.get(32).copied().unwrap_or_default();
    if flags & ATTESTED != 0 {
        return Err("a passkey was made where one was to be used");
    }
    check_end(flags, rest)?;
    let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
    Key::parse(public_key)?.verify(&signed, &bytes(signature)?)?;
    Ok(state)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

fn check_client_data(site: &Site<'_>, kind: Kind, challenge: &str, json: &[u8]) -> Result<(), Refusal> {
    let said: ClientData = serde_json::from_slice(json).map_err(|_| "the browser's data is no JSON")?;
    let wanted = match kind {
        Kind::Create => "webauthn.create",
        Kind::Get => "webauthn.get",
    };
    if said.kind != wanted {
        return Err("the browser did something else");
    }
    if constant_time::verify_slices_are_equal(said.challenge.as_bytes(), challenge.as_bytes()).is_err() {
        return Err("another challenge");
    }
    if said.origin != site.origin || said.cross_origin || said.top_origin.is_some() {
        return Err("another origin");
    }
    Ok(())
}

/// What the authenticator says of itself, and the bytes after it (section 6.1).
fn check_authenticator_data<'a>(site: &Site<'_>, data: &'a [u8]) -> Result<(State, &'a [u8]), Refusal> {
    let (rp, rest) = data.split_first_chunk::<32>().ok_or("cut short")?;
    let (flags, rest) = rest.split_first().ok_or("cut short")?;
    let (count, rest) = rest.split_first_chunk::<4>().ok_or("cut short")?;
    if rp.as_slice() != digest(&SHA256, site.rp_id.as_bytes()).as_ref() {
        return Err("of another site");
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err("the person was not verified");
    }
    let state = State {
        sign_count: u32::from_be_bytes(*count),
        backup_eligible: flags & BACKUP_ELIGIBLE != 0,
        backed_up: flags & BACKED_UP != 0,
    };
    if state.backed_up && !state.backup_eligible {
        return Err("backed up, and not to be");
    }
    Ok((state, rest))
}

/// Extensions may follow where the flag says so, and nothing else.
fn check_end(flags: u8, mut rest: &[u8]) -> Result<(), Refusal> {
    if flags & EXTENDED != 0 {
        let extensions: Value = ciborium::from_reader(&mut rest).map_err(|_| "the extensions are no CBOR")?;
        if !extensions.is_map() {
            return Err("the extensions are no map");
        }
    }
    if rest.is_empty() { Ok(()) } else { Err("something follows") }
}

/// The public key of a passkey.
enum Key {
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
}

impl Key {
    /// Of a `COSE_Key`: the three kinds that [`ALGORITHMS`] names, nothing else (RFC 9053 section 7, RFC 8230).
    fn parse(cose: &[u8]) -> Result<Self, Refusal> {
        let key: Value = ciborium::from_reader(cose).map_err(|_| "the key is no CBOR")?;
        let number = |label| labelled(&key, label).and_then(Value::as_integer).map(i128::from);
        let text = |label| labelled(&key, label).and_then(Value::as_bytes).cloned();
        let coordinate =
            |label| text(label).filter(|bytes| bytes.len() == 32).ok_or("a key of a wrong length");
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                Ok(Self::Es256([vec![4], coordinate(-2)?, coordinate(-3)?].concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::EdDsa(coordinate(-2)?)),
            (Some(3), Some(-257), _) => {
                let n =
                    text(-1).filter(|n| (256..=512).contains(&n.len())).ok_or("a key of a wrong length")?;
                let e = text(-2).filter(|e| (1..=4).contains(&e.len())).ok_or("a key of a wrong length")?;
                Ok(Self::Rs256 { n, e })
            }
            _ => Err("a kind of key that is not taken"),
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let verified = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature),
            Self::Rs256 { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &signature::RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verified.map_err(|_| "a wrong signature")
    }
}

fn labelled(map: &Value, label: i64) -> Option<&Value> {
    let found = |(key, _): &&(Value, Value)| key.as_integer().map(i128::from) == Some(label.into());
    map.as_map()?.iter().find(found).map(|(_, value)| value)
}

fn field<'a>(map: &'a Value, name: &str) -> Option<&'a Value> {
    map.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// As browsers spell bytes.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, Refusal> {
    if text.len() > MAX_BYTES {
        return Err("too long");
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| "no base64url")
}

#[cfg(test)]
mod tests;
