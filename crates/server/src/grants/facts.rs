//! What the policies need to know of a caller's grants for one customer.

use super::model::{AccessLevel, Grant, GrantStatus};
use super::{ranges, store};
use crate::access::{Caller, Facts, Role};
use crate::db::ReadTx;
use crate::error::Result;
use crate::ids::OrganizationId;
use sqlx::PgConnection;
use std::net::IpAddr;

/// By the best grant that the caller holds for `organization`.
pub async fn facts(tx: &mut ReadTx, caller: &Caller, organization: OrganizationId) -> Result<Facts> {
    find_facts(tx.conn(), caller, organization, None).await
}

/// By the caller's grant of `level`, for a session on an account of that level. Without one, by the best of
/// another level: the refusal can then say what is missing.
pub async fn facts_for_level(
    conn: &mut PgConnection,
    caller: &Caller,
    organization: OrganizationId,
    level: AccessLevel,
) -> Result<Facts> {
    find_facts(conn, caller, organization, Some(level)).await
}

async fn find_facts(
    conn: &mut PgConnection,
    caller: &Caller,
    organization: OrganizationId,
    level: Option<AccessLevel>,
) -> Result<Facts> {
    if caller.role != Role::Technician {
        return Ok(Facts::default());
    }
    let held = store::list_held(conn, caller.user_id, organization).await?;
    let grant = best(&held, caller.origin.client_ip, level).map(|grant| grant.facts(caller.origin.client_ip));
    Ok(Facts { grant, ..Facts::default() })
}

/// The most useful one: of the wanted level, active, within its hours, allowed from here, not taken back, the fullest, the newest.
pub(super) fn best(held: &[Grant], client_ip: IpAddr, level: Option<AccessLevel>) -> Option<&Grant> {
    held.iter().max_by_key(|grant| {
        (
            level.is_none_or(|level| level == grant.access_level),
            grant.status == GrantStatus::Active,
            grant.closed.is_none(),
            ranges::allow(&grant.ip_ranges, client_ip),
            grant.revoked_at.is_none(),
            std::cmp::Reverse(AccessLevel::ALL.iter().position(|level| *level == grant.access_level)),
            grant.granted_at,
        )
    })
}
