//! Signed notes (c2sp.org/signed-note): a text, an empty line, and a line for each signature.

use crate::hash::Hash;
use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Why a note or a key was not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not written as a signed note is.
    #[error("this is no signed note")]
    NotANote,
    /// Not written as a key is.
    #[error("this is no key: an Ed25519 public key in base64, or name+hash+key")]
    NotAKey,
    /// No signature by this key.
    #[error("the note is not signed by this key")]
    NotSigned,
    /// A signature in the key's name that is not of it over this text.
    #[error("the signature is not of this key over this text")]
    BadSignature,
}

/// The first byte of an Ed25519 key, and of what its hash is over.
const ED25519_TYPE: u8 = 1;

/// A public key and the name that it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: [u8; 32],
}

impl Verifier {
    /// An Ed25519 key under a name, which has no space and no plus.
    pub fn new(name: &str, key: [u8; 32]) -> Result<Self, NoteError> {
        if name.is_empty() || name.contains('+') || name.contains(char::is_whitespace) {
            return Err(NoteError::NotAKey);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// `name+hash+key`, as a verifier key of C2SP is written.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::NotAKey);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::NotAKey)?;
        let Some((&ED25519_TYPE, key)) = key.split_first() else { return Err(NoteError::NotAKey) };
        let verifier = Self::new(name, key.try_into().map_err(|_| NoteError::NotAKey)?)?;
        if hex::encode(verifier.key_hash()) != hash {
            return Err(NoteError::NotAKey);
        }
        Ok(verifier)
    }

    /// A bare public key in base64 under a name that is known from elsewhere, or a whole [`parse`](Self::parse) key.
    pub fn of_text(text: &str, name: &str) -> Result<Self, NoteError> {
        if let Ok(verifier) = Self::parse(text) {
            return Ok(verifier);
        }
        let key = STANDARD.decode(text).map_err(|_| NoteError::NotAKey)?;
        Self::new(name, key.try_into().map_err(|_| NoteError::NotAKey)?)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    pub fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key).
    pub fn key_hash(&self) -> [u8; 4] {
        let Hash([a, b, c, d, ..]) = Hash::of(&[self.name.as_bytes(), b"\n", &[ED25519_TYPE], &self.key]);
        [a, b, c, d]
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut key = vec![ED25519_TYPE];
        key.extend_from_slice(&self.key);
        write!(f, "{}+{}+{}", self.name, hex::encode(self.key_hash()), STANDARD.encode(key))
    }
}

/// One line under a note.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    name: String,
    /// Four bytes of the key's hash, then the signature.
    bytes: Vec<u8>,
}

/// A note and its signatures; [`open`](Self::open) tells whether one of them holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

impl SignedNote {
    /// `text`, which ends with a newline, signed by the owner of `verifier`'s key.
    pub fn sign<E>(
        text: &str,
        verifier: &Verifier,
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<Self, E> {
        let mut bytes = verifier.key_hash().to_vec();
        bytes.extend_from_slice(&sign(text.as_bytes())?);
        let signature = Signature { name: verifier.name.clone(), bytes };
        Ok(Self { text: text.to_owned(), signatures: vec![signature] })
    }

    /// Reads a note. Nothing is verified yet.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::NotANote)?;
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::NotANote)?;
        let signatures: Option<Vec<Signature>> = lines.split('\n').map(read_signature).collect();
        if note.chars().any(|letter| letter.is_control() && letter != '\n') {
            return Err(NoteError::NotANote);
        }
        Ok(Self { text: format!("{text}\n"), signatures: signatures.ok_or(NoteError::NotANote)? })
    }

    /// The text, if this key signed it. Other signatures are others' matter.
    pub fn open(&self, verifier: &Verifier) -> Result<&str, NoteError> {
        let hash = verifier.key_hash();
        let signature = self
            .signatures
            .iter()
            .find(|one| one.name == verifier.name && one.bytes.starts_with(&hash))
            .and_then(|one| one.bytes.get(4..))
            .ok_or(NoteError::NotSigned)?;
        let key = ParsedPublicKey::new(&ED25519, verifier.key).map_err(|_| NoteError::BadSignature)?;
        key.verify_sig(self.text.as_bytes(), signature).map_err(|_| NoteError::BadSignature)?;
        Ok(&self.text)
    }

    /// The text, as yet unproven.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many signatures there are.
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }
}

fn read_signature(line: &str) -> Option<Signature> {
    let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(bytes).ok()?;
    (!name.is_empty() && !name.contains('+') && bytes.len() > 4)
        .then(|| Signature { name: name.to_owned(), bytes })
}

impl std::fmt::Display for SignedNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            writeln!(f, "— {} {}", signature.name, STANDARD.encode(&signature.bytes))?;
        }
        Ok(())
    }
}
