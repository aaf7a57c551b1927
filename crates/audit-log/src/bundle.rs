//! What a customer takes home: one file, a line of JSON each: a header with the signed checkpoint, the entries with
//! their salts, and what closes the tree to the checkpoint's size. The verifier reads it once, in constant memory, and
//! believes nothing that does not follow from the checkpoint: every byte is either derived from it or compared.
//!
//! ```text
//!   {"bundle":1,"organizationId":…,"from":0,"to":1000,"left":[],"checkpoint":"sallyport.audit/…\n1000\n…"}
//!   {"seq":0,"leaf":"…","entry":{…}}          an entry
//!   {"seq":1,"leaf":"…"}                      one whose content was removed when its time was over
//!   …
//!   {"right":[]}
//! ```

mod batch;
mod explained;
mod lines;
mod spelling;
mod transcript;
mod verify;

use crate::entry::Entry;
use crate::hash::Hash;
pub use explained::{Explained, Unexplained};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
pub use verify::{Damage, Report, verify};

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// The version of this format: 1.
    pub bundle: u8,
    /// Whose log it is.
    pub organization_id: Uuid,
    /// The first entry.
    pub from: u64,
    /// Before this entry.
    pub to: u64,
    /// The compact range of the entries before the first.
    pub left: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// One line for each entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its place, from 0.
    pub seq: u64,
    /// Its leaf.
    pub leaf: Hash,
    /// The entry; none where its content was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// The complete subtrees from the last entry to the checkpoint's size, as [`decompose`](crate::decompose) has them.
    pub right: Vec<Hash>,
}

/// A line of a bundle, with its end.
pub fn line(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
