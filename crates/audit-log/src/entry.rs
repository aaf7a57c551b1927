//! One row of the log as the bytes that its leaf is the hash of. The same row gives the same bytes for ever, and two
//! rows never give the same.
//!
//! Version 1: the byte 1, then all fields in the order of [`Field`], without names:
//! ```text
//!   id        0                                   nothing there
//!             1 | 16 bytes
//!   instant   microseconds since 1970, 8 bytes, signed, big-endian
//!   text      0                                   nothing there
//!             1 | length, 4 bytes | UTF-8
//!   list      count, 4 bytes | for each: length, 4 bytes | UTF-8
//!   personal  SHA-256(salt | 0) for nothing, SHA-256(salt | 1 | UTF-8) for a value; the salt is 16 random bytes
//! ```
//! Personal detail stands in the entry as its commitment alone. Value and salt are kept beside it and may be removed:
//! the leaf stays what it was, and without the salt nobody can try values.

mod fields;
mod json;

use crate::hash::{Hash, leaf_hash};
pub use fields::{FIELDS, Field, PERSONAL};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The version that is written.
pub(crate) const VERSION: u8 = 1;
/// Bytes of a salt.
pub const SALT: usize = 16;
/// Bytes of a field's mark.
pub const MARK: usize = 4;

/// Detail about a person, which may be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Personal {
    /// There, or known to be empty.
    Open {
        /// Random; without it the commitment says nothing.
        salt: [u8; SALT],
        /// The value.
        value: Option<String>,
    },
    /// Erased; what it was is bound all the same.
    Erased(Hash),
}

impl Personal {
    /// What stands for it in the entry.
    pub fn commitment(&self) -> Hash {
        match self {
            Self::Open { salt, value: None } => Hash::of(&[salt, &[0]]),
            Self::Open { salt, value: Some(value) } => Hash::of(&[salt, &[1], value.as_bytes()]),
            Self::Erased(commitment) => *commitment,
        }
    }

    /// Whether it is erased.
    pub fn is_erased(&self) -> bool {
        matches!(self, Self::Erased(_))
    }

    /// The value, where it is there.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Open { value, .. } => value.as_deref(),
            Self::Erased(_) => None,
        }
    }
}

/// One event as it is committed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Whose log it is in.
    pub organization_id: Uuid,
    /// The event's id.
    pub id: Uuid,
    /// When it happened, in microseconds since 1970.
    #[serde(with = "json::instant")]
    pub occurred_at: i64,
    /// `noun.verb`.
    pub code: String,
    /// How it went.
    pub outcome: String,
    /// How much harm lies in it.
    pub risk_level: String,
    /// The controls that it is evidence for.
    pub controls: Vec<String>,
    /// For a person.
    pub sentence: Personal,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// Whose person that is.
    pub actor_organization_id: Option<Uuid>,
    /// What they were called.
    pub actor_name: Personal,
    /// Their address.
    pub actor_email: Personal,
    /// Their role.
    pub actor_role: Option<String>,
    /// What kind of thing it happened to.
    pub target_type: Option<String>,
    /// Which.
    pub target_id: Option<Uuid>,
    /// What it was called.
    pub target_name: Personal,
    /// The live session that it belongs to.
    pub session_id: Option<Uuid>,
    /// Where it came from.
    pub client_ip: Personal,
    /// What the client said of itself.
    pub user_agent: Personal,
    /// The request that did it.
    pub request_id: Option<Uuid>,
    /// The policies that decided.
    pub policy_ids: Vec<String>,
    /// More facts: JSON, as it was written then.
    pub details: Personal,
}

/// The bytes of an entry, and where each field ends.
#[derive(Clone, Debug)]
pub struct Encoded {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Encoded {
    /// What the leaf is the hash of.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The leaf.
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.bytes)
    }

    /// Four bytes for each field (FNV-1a): enough to say afterwards which one was changed, and made in no time. They
    /// prove nothing; the leaf does.
    pub fn marks(&self) -> Vec<u8> {
        let begins = std::iter::once(1).chain(self.ends.iter().copied());
        let mut marks = Vec::with_capacity(FIELDS * MARK);
        for (begin, &end) in begins.zip(&self.ends) {
            let field = self.bytes.get(begin..end).unwrap_or_default();
            let mark = field
                .iter()
                .fold(0x811c_9dc5_u32, |mark, &byte| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            marks.extend_from_slice(&mark.to_be_bytes());
        }
        marks
    }

    /// The fields whose marks are others than those that were kept.
    pub fn changed(&self, marks: &[u8]) -> Vec<Field> {
        let now = self.marks();
        let pairs = now.chunks(MARK).zip(marks.chunks(MARK).chain(std::iter::repeat(&[][..])));
        Field::ALL.iter().zip(pairs).filter(|(_, (now, then))| now != then).map(|(field, _)| *field).collect()
    }
}

impl Entry {
    /// The bytes of this version.
    pub fn encode(&self) -> Encoded {
        let mut bytes = Vec::with_capacity(640);
        bytes.push(VERSION);
        let mut ends = Vec::with_capacity(FIELDS);
        for field in Field::ALL {
            self.put(field, &mut bytes);
            ends.push(bytes.len());
        }
        Encoded { bytes, ends }
    }

    /// The leaf.
    pub fn leaf(&self) -> Hash {
        self.encode().leaf()
    }

    fn put(&self, field: Field, bytes: &mut Vec<u8>) {
        match field {
            Field::OrgId => put_id(bytes, Some(self.organization_id)),
            Field::Id => put_id(bytes, Some(self.id)),
            Field::OccurredAt => bytes.extend_from_slice(&self.occurred_at.to_be_bytes()),
            Field::Code => put_text(bytes, Some(&self.code)),
            Field::Outcome => put_text(bytes, Some(&self.outcome)),
            Field::RiskLevel => put_text(bytes, Some(&self.risk_level)),
            Field::Controls => put_list(bytes, &self.controls),
            Field::ActorId => put_id(bytes, self.actor_id),
            Field::ActorOrgId => put_id(bytes, self.actor_organization_id),
            Field::ActorRole => put_text(bytes, self.actor_role.as_deref()),
            Field::TargetType => put_text(bytes, self.target_type.as_deref()),
            Field::TargetId => put_id(bytes, self.target_id),
            Field::SessionId => put_id(bytes, self.session_id),
            Field::RequestId => put_id(bytes, self.request_id),
            Field::PolicyIds => put_list(bytes, &self.policy_ids),
            Field::Sentence => put_personal(bytes, &self.sentence),
            Field::ActorName => put_personal(bytes, &self.actor_name),
            Field::ActorEmail => put_personal(bytes, &self.actor_email),
            Field::TargetName => put_personal(bytes, &self.target_name),
            Field::ClientIp => put_personal(bytes, &self.client_ip),
            Field::UserAgent => put_personal(bytes, &self.user_agent),
            Field::Details => put_personal(bytes, &self.details),
        }
    }

    /// Personal detail, in the order of [`Field`].
    pub fn personal(&self) -> [&Personal; PERSONAL] {
        [
            &self.sentence,
            &self.actor_name,
            &self.actor_email,
            &self.target_name,
            &self.client_ip,
            &self.user_agent,
            &self.details,
        ]
    }
}

fn put_personal(bytes: &mut Vec<u8>, personal: &Personal) {
    bytes.extend_from_slice(&personal.commitment().0);
}

fn put_id(bytes: &mut Vec<u8>, id: Option<Uuid>) {
    bytes.push(id.is_some().into());
    if let Some(id) = id {
        bytes.extend_from_slice(id.as_bytes());
    }
}

fn put_text(bytes: &mut Vec<u8>, text: Option<&str>) {
    bytes.push(text.is_some().into());
    if let Some(text) = text {
        put_bytes(bytes, text);
    }
}

fn put_list(bytes: &mut Vec<u8>, list: &[String]) {
    put_length(bytes, list.len());
    for text in list {
        put_bytes(bytes, text);
    }
}

fn put_bytes(bytes: &mut Vec<u8>, text: &str) {
    put_length(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

fn put_length(bytes: &mut Vec<u8>, length: usize) {
    // PostgreSQL holds nothing of 4 GiB.
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}
