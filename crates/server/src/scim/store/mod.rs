//! All SQL of a directory's people and groups. Its transactions see the directory's organization alone.

mod groups;
mod people;

pub(super) use groups::*;
pub(super) use people::*;

use crate::error::Result;
use crate::ids::OrganizationId;
use sqlx::PgConnection;

/// A part of a list: how many at most, after how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) limit: i64,
    pub(super) offset: i64,
}

impl Part {
    /// All of it.
    pub(super) const WHOLE: Self = Self { limit: i64::MAX, offset: 0 };
}

/// Changes of one organization's directory come one after the other: what one decides by, no other changes meanwhile.
/// Taken before any row.
pub(super) async fn wait_for_my_turn(conn: &mut PgConnection, org: OrganizationId) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('directory ' || $1::uuid::text, 0))", org.0)
        .execute(conn)
        .await?;
    Ok(())
}
