//! The table of contents that the player works by.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ReadError, Recording, Scan};
use crate::recording::manifest::{ChunkEntry, Mark};

/// What is where in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecordingIndex)]
pub struct Index {
    /// 1.
    pub version: u8,
    /// The session.
    pub session_id: Uuid,
    /// Columns at the start.
    pub cols: u16,
    /// Rows at the start.
    pub rows: u16,
    /// When it started, RFC 3339.
    pub started_at: String,
    /// Time of the last event that is there.
    pub duration_ms: u32,
    /// Whether it is there up to an end in order.
    pub complete: bool,
    /// The chunks that are there.
    pub chunks: Vec<ChunkEntry>,
    /// The notes on the time line.
    pub marks: Vec<Mark>,
    /// Names of those who could type.
    pub people: BTreeMap<Uuid, String>,
}

impl Recording {
    /// The table of contents: by the manifest, less what is cut off; of an unsealed one by reading it through.
    /// It is for playing; whether to believe it is [`Recording::verify`]'s to say.
    pub async fn index(&self) -> Result<Index, ReadError> {
        if let Some(manifest) = self.manifest() {
            let there = |chunk: &&ChunkEntry| {
                chunk.offset.checked_add(u64::from(chunk.length)).is_some_and(|end| end <= self.size())
            };
            let chunks: Vec<_> = manifest.chunks.iter().take_while(there).cloned().collect();
            let whole = self.size() >= manifest.size_bytes && chunks.len() == manifest.chunks.len();
            let scan = Scan {
                header: manifest.header.clone(),
                people: manifest.people.clone(),
                chunks,
                marks: manifest.marks.clone(),
                raw_bytes: 0,
                intact_len: 0,
                final_hash: [0; 32],
                end_code: (manifest.complete && whole).then(|| manifest.end_code.clone()),
                flaw: None,
            };
            return Ok(Index::of(scan));
        }
        Ok(Index::of(Scan::run(&self.source, self.key).await?))
    }
}

impl Index {
    fn of(scan: Scan) -> Self {
        let started = chrono::DateTime::from_timestamp_millis(scan.header.started_at_ms).unwrap_or_default();
        Self {
            version: 1,
            session_id: scan.header.session_id,
            cols: scan.header.cols,
            rows: scan.header.rows,
            started_at: started.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            duration_ms: scan.duration_ms(),
            complete: scan.end_code.is_some() && scan.flaw.is_none(),
            marks: scan.marks,
            people: scan.people,
            chunks: scan.chunks,
        }
    }
}
