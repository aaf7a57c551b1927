//! The audit log of one organization as a Merkle tree that anybody can verify with its public key: what an entry's
//! bytes are, the tree over them (RFC 6962, RFC 9162), proofs, tiles and signed checkpoints as C2SP writes them, the
//! bundle that a customer takes home, and its verifier. No database, no HTTP, no clock.
//!
//! ```text
//!   row ──► entry (bytes; personal detail as salted commitments) ──► leaf hash ──► tree ──► root ──► checkpoint, signed
//! ```
//!
//! # What this answers
//! - **A row is changed, removed, added, or moved.** The root over what is there is not the root that was signed.
//! - **The log is cut, or a backup of yesterday is put back, and signed anew.** [`Keeper`] holds the last checkpoint
//!   outside the database, and nothing is signed that does not continue it. Who holds an older checkpoint can prove the
//!   fork to others.
//! - **A person is to be forgotten.** Values and salts of their personal detail are removed; the commitments in the
//!   entry stay, so the leaf and every proof stay valid, and say nothing: nobody can try values without the salt.
//!
//! # What it does not answer
//! - An event that was never written. (The server's types see to that.)
//! - Who holds the signing key, the database and every copy of the checkpoints: nobody is left to contradict.

pub mod bundle;
pub mod checkpoint;
pub mod entry;
mod hash;
mod keeper;
mod note;
pub mod proof;
mod tile;
mod tree;

pub use checkpoint::Checkpoint;
pub use entry::{Entry, Field, Personal};
pub use hash::{Hash, leaf_hash, node_hash};
pub use keeper::{Keeper, Refusal};
pub use note::{NoteError, SignedNote, Verifier};
pub use tile::{TILE_HEIGHT, TILE_WIDTH, TileId, Tiles};
pub use tree::{Range, Subtree, decompose};

/// The name of an organization's log: origin of its checkpoints, and name of its key in signatures.
pub fn origin(organization: uuid::Uuid) -> String {
    format!("sallyport.audit/{organization}")
}
