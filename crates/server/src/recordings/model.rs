//! What a recording is to the API.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::ids::{AssetId, OrganizationId, SessionId, UserId};
use chrono::{DateTime, Utc};
use sallyport_relay::recording::read;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Lines that one search shows at most.
pub(super) const MAX_HITS: usize = 500;

text_enum! {
    /// Where a recording stands.
    RecordingStatus {
        /// Its session is open.
        Recording = "recording",
        /// Whole, signed, stored.
        Sealed = "sealed",
        /// It ends before its session did; what is there is signed and stored, or will be when the gateway that
        /// was lost with it is back.
        Interrupted = "interrupted",
        /// Its time was over.
        Deleted = "deleted",
    }
}

/// A recording of a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// The session's id.
    pub id: SessionId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The customer's name.
    pub organization_name: String,
    /// The machine's name at the time.
    pub asset_name: String,
    /// Who worked there.
    pub technician_id: UserId,
    /// Their name at the time.
    pub technician_name: String,
    /// The account on the machine.
    pub username: String,
    /// The level.
    #[schema(value_type = crate::grants::AccessLevel)]
    pub access_level: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Its length.
    pub duration_ms: i64,
    /// Its size in the store.
    pub size_bytes: i64,
    /// Its size expanded.
    pub raw_bytes: i64,
    /// Columns at its start.
    pub cols: i32,
    /// Rows at its start.
    pub rows: i32,
    /// Where it stands.
    pub status: RecordingStatus,
    /// Whether it ends before its session did.
    pub incomplete: bool,
    /// Kept until then.
    pub retain_until: DateTime<Utc>,
    /// What you may do with it.
    pub can: Can,
    /// Whether the customer takes part; for the policies.
    #[serde(skip)]
    pub(super) organization_active: bool,
}

/// The readable lines of a recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextLines {
    /// In the order of time.
    pub items: Vec<TextLine>,
    /// Whether there is more than is looked at.
    pub truncated: bool,
}

/// A line that the screen said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextLine {
    /// Milliseconds since the start.
    pub at_ms: u32,
    /// The line.
    pub line: String,
}

impl From<&read::TranscriptLine> for TextLine {
    fn from(line: &read::TranscriptLine) -> Self {
        Self { at_ms: line.at_ms, line: line.line.clone() }
    }
}

/// The verdict on a recording.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Every byte is as it was recorded.
    pub valid: bool,
    /// And it ended in order.
    pub complete: bool,
    /// The first part that is not: `manifest`, `header`, `chunk 3`.
    pub failed_segment: Option<String>,
    /// The verdict as a sentence.
    pub message: String,
}

impl From<read::Verification> for Verification {
    fn from(verdict: read::Verification) -> Self {
        Self {
            valid: verdict.valid,
            complete: verdict.complete,
            failed_segment: verdict.failed_segment,
            message: verdict.message,
        }
    }
}

/// Which recordings to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RecordingFilter {
    /// Of one customer.
    pub organization_id: Option<OrganizationId>,
    /// Of one technician.
    pub technician_id: Option<UserId>,
    /// Of one machine.
    pub asset_id: Option<AssetId>,
    /// Begun from this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Something that the screen said, or a part of the machine's or technician's name.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// What to look for in one recording.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineFilter {
    /// A part of a line, whatever the case.
    #[param(max_length = 200)]
    pub q: String,
}
