//! The signed account of a sealed recording: `{"manifest":{…},"keyId":"…","signature":"hex"}`.
//! The signature covers the exact bytes of the inner object.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Header;

const SIGNED_PREFIX: &[u8] = b"sallyport recording manifest 1\n";
/// A day of one-second chunks is a third of this.
pub(crate) const MAX_MANIFEST: u64 = 64 * 1024 * 1024;

/// Signs manifests by an Ed25519 key that the caller keeps.
#[derive(Clone)]
pub struct ManifestSigner {
    key_id: String,
    sign: Arc<SignFn>,
}

type SignFn = dyn Fn(&[u8]) -> [u8; 64] + Send + Sync;

impl ManifestSigner {
    /// A signer that names its key.
    pub fn new(key_id: impl Into<String>, sign: impl Fn(&[u8]) -> [u8; 64] + Send + Sync + 'static) -> Self {
        Self { key_id: key_id.into(), sign: Arc::new(sign) }
    }

    /// A signer by a key in memory.
    pub fn from_key(key_id: impl Into<String>, key: Ed25519KeyPair) -> Self {
        Self::new(key_id, move |bytes| {
            // An Ed25519 signature is 64 bytes long; the fallback cannot happen and would never verify.
            <[u8; 64]>::try_from(key.sign(bytes).as_ref()).unwrap_or([0; 64])
        })
    }
}

/// Public Ed25519 keys by key id, to verify manifests.
pub type VerifyingKeys = HashMap<String, [u8; 32]>;

/// One chunk of events, as `/index` and the manifest tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RecordingChunk)]
pub struct ChunkEntry {
    /// Number of the segment; the first chunk is 1.
    pub seq: u32,
    /// Where its compressed payload begins in the container.
    pub offset: u64,
    /// Length of that payload.
    pub length: u32,
    /// Time of its first event.
    pub start_ms: u32,
    /// Time of its last event.
    pub end_ms: u32,
    /// Length of the payload when expanded.
    pub raw_length: u32,
    /// Columns when it begins.
    pub cols: u16,
    /// Rows when it begins.
    pub rows: u16,
    /// SHA-256 over the segment's header fields, the hash before it and its payload, hex.
    pub hash: String,
}

/// A note on the time line, as `/index` and the manifest tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RecordingMark)]
pub struct Mark {
    /// Milliseconds since the start.
    pub at_ms: u32,
    /// A stable word.
    pub kind: String,
    /// A sentence or name.
    pub text: String,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// 1.
    pub version: u8,
    /// Session, organization, size, start, title.
    pub header: Header,
    /// Everyone who could type, by id.
    pub people: BTreeMap<Uuid, String>,
    /// Every chunk of events.
    pub chunks: Vec<ChunkEntry>,
    /// The notes on the time line.
    pub marks: Vec<Mark>,
    /// Time of the last event.
    pub duration_ms: u32,
    /// Length of the container.
    pub size_bytes: u64,
    /// Length of all events, expanded.
    pub raw_bytes: u64,
    /// Hash of the last segment, hex.
    pub final_hash: String,
    /// Whether the recording ended in order.
    pub complete: bool,
    /// Why the session ended; `interrupted` and the like when not complete.
    pub end_code: String,
}

/// The document as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Signed {
    manifest: Box<RawValue>,
    key_id: String,
    signature: String,
}

impl Manifest {
    /// The signed document.
    pub(crate) fn sign(&self, signer: &ManifestSigner) -> serde_json::Result<Vec<u8>> {
        let manifest = serde_json::value::to_raw_value(self)?;
        let signature = hex::encode((signer.sign)(&signed_bytes(&manifest)));
        serde_json::to_vec(&Signed { manifest, key_id: signer.key_id.clone(), signature })
    }

    /// Reads a document without judging its signature.
    pub(crate) fn read(document: &[u8]) -> Option<Self> {
        let signed: Signed = serde_json::from_slice(document).ok()?;
        serde_json::from_str(signed.manifest.get()).ok()
    }

    /// Whether the document is byte for byte what one of the keys signed.
    pub(crate) fn signature_holds(document: &[u8], keys: &VerifyingKeys) -> bool {
        let Ok(signed) = serde_json::from_slice::<Signed>(document) else { return false };
        // Another writing of the same values (capital hex, blanks) is still a changed file.
        if serde_json::to_vec(&signed).ok().as_deref() != Some(document) {
            return false;
        }
        let Some(key) = keys.get(&signed.key_id) else { return false };
        let Ok(signature) = hex::decode(&signed.signature) else { return false };
        // Upper-case hex decodes as well.
        hex::encode(&signature) == signed.signature
            && UnparsedPublicKey::new(&ED25519, key)
                .verify(&signed_bytes(&signed.manifest), &signature)
                .is_ok()
    }
}

fn signed_bytes(manifest: &RawValue) -> Vec<u8> {
    [SIGNED_PREFIX, manifest.get().as_bytes()].concat()
}
