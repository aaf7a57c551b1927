//! What people ask of the sealed log, and what they are answered.

use super::keys::LogKey;
use crate::ids::{AuditEventId, OrganizationId, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The public keys of checkpoints.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditKeys {
    /// The one that signs first.
    pub items: Vec<AuditKey>,
}

/// A public key of checkpoints.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditKey {
    /// Its short name.
    pub key_id: String,
    /// Ed25519.
    pub algorithm: &'static str,
    /// 32 bytes, base64.
    pub public_key: String,
    /// Whether new checkpoints are signed by it.
    pub signs: bool,
    /// Since when it signs none any more. What it signed stays good.
    pub retired_at: Option<DateTime<Utc>>,
}

impl AuditKey {
    pub(super) fn new(key: &LogKey, signs: bool) -> Self {
        let LogKey { key, retired_at } = key;
        let public_key = STANDARD.encode(key.public_key());
        Self { key_id: key.key_id(), algorithm: "Ed25519", public_key, signs, retired_at: *retired_at }
    }
}

/// Why another key is to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateAuditKey {
    /// The reason.
    pub reason: String,
}

/// How far an organization's log is signed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditCheckpoint {
    /// Whose log it is.
    pub organization_id: OrganizationId,
    /// How many entries are signed.
    pub size: i64,
    /// The root over them, in hexadecimal digits; none while nothing is signed.
    pub root_hash: Option<String>,
    /// The signed note (C2SP tlog-checkpoint). Keep it: it proves later that the log was not rewritten.
    pub checkpoint: Option<String>,
    /// When it was signed.
    pub signed_at: Option<DateTime<Utc>>,
    /// By which it is verified (`name+hash+key`, C2SP signed-note).
    pub verifier_key: String,
    /// Since when nothing more is sealed, because the log is not what was signed.
    pub halted_at: Option<DateTime<Utc>>,
    /// Why.
    pub halted_because: Option<String>,
    /// The hold on it: nothing of it is removed.
    pub hold: Option<AuditHold>,
}

/// A hold on a log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditHold {
    /// Why.
    pub reason: String,
    /// Who holds it.
    pub held_by_id: UserId,
    /// What they were called.
    pub held_by_name: String,
    /// Since when.
    pub held_at: DateTime<Utc>,
    /// Another one for each hold and each new reason; send it as `If-Match` to lift only what you saw.
    pub version: i64,
}

/// That an event is in its organization's log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditProof {
    /// The event.
    pub event_id: AuditEventId,
    /// Whose log it is in.
    pub organization_id: OrganizationId,
    /// Its place, from 0.
    pub seq: i64,
    /// SHA-256(0x00 ‖ entry), in hexadecimal digits.
    pub leaf_hash: String,
    /// The size of the log that the proof leads to.
    pub size: i64,
    /// The signed checkpoint of that size.
    pub checkpoint: String,
    /// The inclusion proof (RFC 9162, 2.1.3), from the leaf upwards.
    pub hashes: Vec<String>,
    /// The entry as it is sealed, with its salts; none where its time was over and its content was removed.
    #[schema(value_type = Option<std::collections::BTreeMap<String, serde_json::Value>>)]
    pub entry: Option<serde_json::Value>,
    /// By which the checkpoint is verified.
    pub verifier_key: String,
}

/// Which part of a log.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct BundleQuery {
    /// From this place on; from the first one when not given.
    pub from: Option<i64>,
    /// To before this place; to the last signed one when not given.
    pub to: Option<i64>,
}

/// What is to be removed from the logs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CleanUpAuditLogs {
    /// Entries that are older than so many days; 365 at least.
    pub older_than_days: i32,
    /// Of this organization; of all when not given.
    pub organization_id: Option<OrganizationId>,
    /// Why.
    pub reason: String,
    /// Only say what would be removed.
    pub preview: Option<bool>,
}

/// What was removed, or would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditCleanup {
    /// Whether nothing was removed yet.
    pub preview: bool,
    /// For each organization of which something is old enough, or which is held.
    pub organizations: Vec<CleanedUp>,
    /// Entries, all together.
    pub removed: i64,
}

/// What was removed of one log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CleanedUp {
    /// Whose.
    pub organization_id: OrganizationId,
    /// What it is called.
    pub organization_name: String,
    /// How many entries.
    pub removed: i64,
    /// Whether the log is held, and so stays whole.
    pub held: bool,
}

/// Whose personal detail is to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EraseAuditDetail {
    /// The person.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditErased {
    /// From how many entries.
    pub erased: i64,
    /// Names of organizations whose logs are held, and were let be.
    pub held: Vec<String>,
}

/// Why a log is to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAuditHold {
    /// The matter; 1 to 1000 characters.
    pub reason: String,
}

/// Why a log is not to be held any more.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiftAuditHold {
    /// What became of the matter; 1 to 1000 characters.
    pub reason: String,
}
