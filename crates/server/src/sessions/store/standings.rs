//! What open sessions stand on, for the leases.

use crate::error::Result;
use crate::grants::Hours;
use crate::ids::{GrantId, InstanceId, OrganizationId, SessionId, UserId, UserSessionId};
use crate::sessions::lease::Standing;
use sqlx::PgConnection;
use sqlx::types::Json;

/// What each open session of an instance stands on, now, by the database's clock.
pub(in crate::sessions) async fn standings(
    conn: &mut PgConnection,
    instance: InstanceId,
) -> Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"SELECT s.id AS "id: SessionId", s.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  (o.status = 'active') AS "org_active!", s.technician_id AS "user_id: UserId", s.technician_org_id AS "user_org_id: OrganizationId",
                  u.role AS user_role, (u.status = 'active') AS "user_active!", (p.status = 'active') AS "provider_active!",
                  (p.ip_ranges = '{}' OR s.client_ip <<= ANY (p.ip_ranges)) AS "from_own_network!",
                  s.user_session_id AS "user_session_id: UserSessionId",
                  (us.revoked_at IS NULL AND us.expires_at > now() AND us.epoch = u.epoch) AS "signed_in!",
                  (a.endpoint_version = s.endpoint_version AND a.deleted_at IS NULL) AS "asset_unchanged!",
                  (k.destroyed_at IS NULL) AS "key_kept!", (c.deleted_at IS NULL) AS "credential_kept!",
                  (c.access_level = s.access_level AND c.username = s.username) AS "credential_unchanged!",
                  s.access_level, s.protocol, s.client_ip, s.grant_id AS "grant_id: GrantId",
                  g.access_level AS grant_level, g.starts_at, g.expires_at, (g.revoked_at IS NOT NULL) AS "grant_revoked!",
                  g.revoke_reason, (g.ip_ranges = '{}' OR s.client_ip <<= ANY (g.ip_ranges)) AS "address_allowed!",
                  g.services, g.hours AS "hours: Json<Hours>", wall.within_hours(g.hours, now()) AS "within_hours!",
                  s.end_requested_code, s.end_requested_message,
                  s.end_requested_by AS "end_requested_by: UserId", s.end_requested_by_name, now() AS "now!"
           FROM sessions s
           JOIN organizations o ON o.id = s.org_id
           JOIN users u ON u.org_id = s.technician_org_id AND u.id = s.technician_id
           JOIN organizations p ON p.id = u.org_id
           JOIN user_sessions us ON us.org_id = u.org_id AND us.id = s.user_session_id
           JOIN assets a ON a.org_id = s.org_id AND a.id = s.asset_id
           JOIN credentials c ON c.org_id = s.org_id AND c.id = s.credential_id
           JOIN organization_keys k ON k.org_id = c.org_id AND k.id = c.organization_key_id
           JOIN technician_customer_access g ON g.org_id = s.org_id AND g.id = s.grant_id
           WHERE s.instance_id = $1 AND s.ended_at IS NULL"#,
        instance.0
    )
    .fetch_all(conn)
    .await?;
    let standings = rows.into_iter().map(|row| Standing {
        id: row.id,
        org_id: row.org_id,
        org_name: row.org_name,
        org_active: row.org_active,
        user_id: row.user_id,
        user_org_id: row.user_org_id,
        user_role: row.user_role,
        user_active: row.user_active,
        provider_active: row.provider_active,
        from_own_network: row.from_own_network,
        user_session_id: row.user_session_id,
        signed_in: row.signed_in,
        asset_unchanged: row.asset_unchanged,
        key_kept: row.key_kept,
        credential_kept: row.credential_kept,
        credential_unchanged: row.credential_unchanged,
        access_level: row.access_level,
        protocol: row.protocol,
        client_ip: row.client_ip.ip(),
        grant_id: row.grant_id,
        grant_level: row.grant_level,
        grant_starts_at: row.starts_at,
        grant_expires_at: row.expires_at,
        grant_revoked: row.grant_revoked,
        grant_revoke_reason: row.revoke_reason,
        address_allowed: row.address_allowed,
        services: row.services,
        hours: row.hours.map(|hours| hours.0),
        within_hours: row.within_hours,
        end_requested_code: row.end_requested_code,
        end_requested_message: row.end_requested_message,
        end_requested_by: row.end_requested_by.zip(row.end_requested_by_name),
        now: row.now,
    });
    Ok(standings.collect())
}
