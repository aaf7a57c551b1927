//! The layout of sealed bytes: format, kind and key id in front, boxes behind.

use crate::error::SecretError;
use crate::keys::{BOX, KEY, KEY_ID, KeyId};

/// The format that this release writes, and the only one so far that it reads.
pub(crate) const FORMAT: u8 = 1;
/// Length of the box that holds a key.
pub(crate) const KEY_BOX: usize = BOX + KEY;
const HEADER: usize = 2 + KEY_ID;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    OrganizationKey = 1,
    Secret = 2,
    Server = 3,
}

impl Kind {
    /// The shortest sealed bytes of this kind.
    fn least(self) -> usize {
        HEADER
            + match self {
                Self::OrganizationKey => KEY_BOX,
                Self::Secret => KEY_BOX + BOX,
                Self::Server => BOX,
            }
    }
}

/// The header of what is about to be sealed under `key_id`.
pub(crate) fn start(kind: Kind, key_id: KeyId, capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(kind.least() + capacity);
    out.extend_from_slice(&[FORMAT, kind as u8]);
    out.extend_from_slice(&key_id.0);
    out
}

/// The id of the sealing key and the boxes of `sealed`, which must be of this `kind`.
pub(crate) fn parse(kind: Kind, sealed: &[u8]) -> Result<(KeyId, &[u8]), SecretError> {
    let cut_short = SecretError::CutShort { length: sealed.len(), least: kind.least() };
    let (&[format, found], rest) = sealed.split_first_chunk().ok_or(cut_short)?;
    if format != FORMAT {
        return Err(SecretError::UnknownFormat(format));
    }
    if found != kind as u8 {
        return Err(SecretError::WrongKind(found));
    }
    if sealed.len() < kind.least() {
        return Err(cut_short);
    }
    let (key_id, boxes) = rest.split_first_chunk().ok_or(cut_short)?;
    Ok((KeyId(*key_id), boxes))
}
