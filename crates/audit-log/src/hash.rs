//! SHA-256 as RFC 6962 uses it: leaves and nodes are hashed apart, so that neither passes for the other.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod messages;

use aws_lc_rs::digest::{Context, SHA256};
pub(crate) use messages::Messages;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 32 bytes of SHA-256. Written as hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Of these parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(part);
        }
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self(hash)
    }

    /// The bytes, if there are 32 of them.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The root of a tree without leaves: the hash of nothing.
    pub fn empty_root() -> Self {
        Self::of(&[])
    }
}

/// The hash of a leaf: SHA-256(0x00 ‖ entry), RFC 6962, 2.1.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Hash::of(&[&[0], entry])
}

/// The hash of a node: SHA-256(0x01 ‖ left ‖ right), RFC 6962, 2.1.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    // One piece: a hash of 65 bytes costs less than three calls.
    let mut bytes = [0; 65];
    let (tag, hashes) = bytes.split_at_mut(1);
    tag.fill(1);
    let (first, second) = hashes.split_at_mut(32);
    first.copy_from_slice(&left.0);
    second.copy_from_slice(&right.0);
    Hash::of(&[&bytes])
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = [0; 64];
        hex::encode_to_slice(self.0, &mut digits).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(std::str::from_utf8(&digits).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_bytes(deserializer).map(Self)
    }
}

/// Exactly `N` bytes in lower-case hexadecimal digits.
pub(crate) fn hex_bytes<'de, const N: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<[u8; N], D::Error> {
    struct Digits<const N: usize>;
    impl<const N: usize> serde::de::Visitor<'_> for Digits<N> {
        type Value = [u8; N];
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{N} bytes in lower-case hexadecimal digits")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<[u8; N], E> {
            let mut bytes = [0; N];
            if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return Err(E::custom("an upper-case digit"));
            }
            hex::decode_to_slice(text, &mut bytes).map_err(E::custom)?;
            Ok(bytes)
        }
    }
    deserializer.deserialize_str(Digits)
}
