//! All SQL of grants.

use crate::access::{Caller, GrantFacts};
use crate::error::Result;
use crate::ids::{GrantId, OrganizationId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// The caller's most useful grant for one customer: a live one before others, the fullest level first.
pub(super) async fn find_facts(
    conn: &mut PgConnection,
    caller: &Caller,
    organization: OrganizationId,
) -> Result<Option<GrantFacts>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: GrantId", access_level, starts_at, expires_at, revoked_at, services,
                  (ip_ranges = '{}' OR $3::inet <<= ANY (ip_ranges)) AS "address_allowed!"
           FROM technician_customer_access WHERE org_id = $1 AND technician_id = $2
           ORDER BY (revoked_at IS NULL AND (starts_at IS NULL OR starts_at <= now())
                     AND (expires_at IS NULL OR expires_at > now())) DESC,
                    array_position(ARRAY['full_access', 'emergency', 'read_only'], access_level), granted_at DESC
           LIMIT 1"#,
        organization.0,
        caller.user_id.0,
        IpNetwork::from(caller.origin.client_ip),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| GrantFacts {
        id: row.id,
        level: row.access_level,
        starts_at: row.starts_at,
        expires_at: row.expires_at,
        revoked: row.revoked_at.is_some(),
        address_allowed: row.address_allowed,
        services: row.services,
    }))
}
