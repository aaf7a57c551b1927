//! All SQL of the compliance report: what happened in one reading of the time asked for, what is true now in two more.

use crate::audit::range::Range;
use crate::error::Result;
use crate::ids::{AuditEventId, OrganizationId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// One kind of event within the time: how often, and its newest entry.
pub(super) struct Happened {
    pub(super) code: String,
    pub(super) total: i64,
    pub(super) refused: i64,
    pub(super) high: i64,
    pub(super) critical: i64,
    pub(super) id: AuditEventId,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) sentence: String,
}

/// Every kind that there is an entry of, the newest first.
pub(super) async fn happened(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
    range: Range,
) -> Result<Vec<Happened>> {
    Ok(sqlx::query_as!(
        Happened,
        r#"WITH kinds AS (
               SELECT code, count(*) AS total, count(*) FILTER (WHERE outcome = 'refused') AS refused,
                      count(*) FILTER (WHERE risk_level IN ('high', 'critical')) AS high,
                      count(*) FILTER (WHERE risk_level = 'critical') AS critical, max(occurred_at) AS newest
               FROM audit_logs
               WHERE ($1::uuid IS NULL OR org_id = $1) AND occurred_at >= $2 AND occurred_at < $3
               GROUP BY code
           )
           SELECT k.code, k.total AS "total!", k.refused AS "refused!", k.high AS "high!", k.critical AS "critical!",
                  n.id AS "id!: AuditEventId", n.occurred_at AS "occurred_at!", n.sentence AS "sentence!"
           FROM kinds k CROSS JOIN LATERAL (
               SELECT a.id, a.occurred_at, a.sentence FROM audit_logs a
               WHERE a.occurred_at = k.newest AND a.occurred_at >= $2 AND a.occurred_at < $3 AND a.code = k.code
                 AND ($1::uuid IS NULL OR a.org_id = $1)
               ORDER BY a.id DESC LIMIT 1) n
           ORDER BY n.occurred_at DESC, n.id DESC"#,
        only.map(|id| id.0),
        range.from,
        range.to,
    )
    .fetch_all(conn)
    .await?)
}

/// Accounts and organizations, now.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) active: i64,
    pub(super) with_factor: i64,
    pub(super) provider_active: i64,
    pub(super) provider_with_factor: i64,
    pub(super) dormant: i64,
    pub(super) organizations: i64,
    pub(super) without_factor_rule: i64,
    pub(super) api_tokens: i64,
    pub(super) unused_api_tokens: i64,
}

/// Who is here. An account that nobody ever used counts from the day it was made.
pub(super) async fn people(conn: &mut PgConnection, only: Option<OrganizationId>) -> Result<People> {
    Ok(sqlx::query_as!(
        People,
        r#"SELECT u.active AS "active!", u.with_factor AS "with_factor!", u.provider_active AS "provider_active!",
                  u.provider_with_factor AS "provider_with_factor!", u.dormant AS "dormant!",
                  o.organizations AS "organizations!", o.without_factor_rule AS "without_factor_rule!",
                  t.api_tokens AS "api_tokens!", t.unused_api_tokens AS "unused_api_tokens!"
           FROM (SELECT count(*) AS active, count(*) FILTER (WHERE p.mfa_enabled) AS with_factor,
                        count(*) FILTER (WHERE h.type = 'mss_provider') AS provider_active,
                        count(*) FILTER (WHERE h.type = 'mss_provider' AND p.mfa_enabled) AS provider_with_factor,
                        count(*) FILTER (WHERE coalesce(p.last_login_at, p.created_at) < now() - interval '90 days')
                            AS dormant
                 FROM users p JOIN organizations h ON h.id = p.org_id AND h.status = 'active'
                 WHERE p.status = 'active' AND ($1::uuid IS NULL OR p.org_id = $1)) u,
                (SELECT count(*) AS organizations, count(*) FILTER (WHERE NOT mfa_required) AS without_factor_rule
                 FROM organizations WHERE status = 'active' AND ($1::uuid IS NULL OR id = $1)) o,
                (SELECT count(*) AS api_tokens,
                        count(*) FILTER (WHERE coalesce(last_used_at, created_at) < now() - interval '90 days')
                            AS unused_api_tokens
                 FROM api_tokens
                 WHERE revoked_at IS NULL AND expires_at > now() AND ($1::uuid IS NULL OR org_id = $1)) t"#,
        only.map(|id| id.0)
    )
    .fetch_one(conn)
    .await?)
}

/// Grants, sessions, machines and their credentials, and the logs of all of it.
#[derive(Debug, Default)]
pub(super) struct Access {
    pub(super) grants: i64,
    pub(super) endless_grants: i64,
    pub(super) unused_grants: i64,
    pub(super) emergencies: i64,
    pub(super) long_emergencies: i64,
    pub(super) overdue_reviews: i64,
    pub(super) sessions: i64,
    pub(super) unrecorded_sessions: i64,
    pub(super) machines: i64,
    pub(super) unknown_machines: i64,
    pub(super) credentials: i64,
    pub(super) stale_credentials: i64,
    pub(super) logs: i64,
    pub(super) halted_logs: i64,
}

/// What opens doors, and whether what went through them was recorded. A session that ended within the hour may still be
/// waiting for its recording to be sealed, and is not counted yet.
pub(super) async fn access(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
    range: Range,
) -> Result<Access> {
    Ok(sqlx::query_as!(
        Access,
        r#"SELECT g.grants AS "grants!", g.endless_grants AS "endless_grants!", g.unused_grants AS "unused_grants!",
                  e.emergencies AS "emergencies!", e.long_emergencies AS "long_emergencies!",
                  v.overdue_reviews AS "overdue_reviews!",
                  s.sessions AS "sessions!", s.unrecorded_sessions AS "unrecorded_sessions!",
                  a.machines AS "machines!", a.unknown_machines AS "unknown_machines!",
                  c.credentials AS "credentials!", c.stale_credentials AS "stale_credentials!",
                  t.logs AS "logs!", t.halted_logs AS "halted_logs!"
           FROM (SELECT count(*) AS grants, count(*) FILTER (WHERE expires_at IS NULL) AS endless_grants,
                        count(*) FILTER (WHERE coalesce(last_used_at, greatest(granted_at, starts_at)) <= now() - interval '90 days')
                            AS unused_grants
                 FROM technician_customer_access
                 WHERE wall.grant_status(starts_at, expires_at, revoked_at) = 'active'
                   AND org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
                   AND ($1::uuid IS NULL OR org_id = $1)) g,
                (SELECT count(*) AS emergencies, count(*) FILTER (
                     WHERE coalesce(expires_at, 'infinity')
                           > greatest(starts_at, granted_at) + interval '60 minutes 5 seconds') AS long_emergencies
                 FROM technician_customer_access
                 WHERE access_level = 'emergency' AND granted_at >= $2 AND granted_at < $3
                   AND ($1::uuid IS NULL OR org_id = $1)) e,
                (SELECT count(*) AS overdue_reviews FROM emergency_accesses
                 WHERE reviewed_at IS NULL AND wall.review_due_at(ended_at, ends_at) <= now()
                   AND ($1::uuid IS NULL OR org_id = $1)) v,
                (SELECT count(*) AS sessions, count(*) FILTER (
                     WHERE r.status IS NULL OR r.status NOT IN ('sealed', 'deleted')) AS unrecorded_sessions
                 FROM sessions l LEFT JOIN recordings r ON r.org_id = l.org_id AND r.id = l.id
                 WHERE l.created_at >= $2 AND l.created_at < $3 AND l.started_at IS NOT NULL
                   AND l.ended_at < now() - interval '1 hour' AND ($1::uuid IS NULL OR l.org_id = $1)) s,
                (SELECT count(*) AS machines, count(*) FILTER (WHERE host_key IS NULL) AS unknown_machines
                 FROM assets WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR org_id = $1)
                   AND org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')) a,
                (SELECT count(*) AS credentials,
                        count(*) FILTER (WHERE coalesce(rotated_at, created_at) < now() - interval '365 days')
                            AS stale_credentials
                 FROM credentials WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR org_id = $1)
                   AND org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')) c,
                (SELECT count(*) AS logs, count(*) FILTER (WHERE halted_at IS NOT NULL) AS halted_logs
                 FROM audit_trees WHERE ($1::uuid IS NULL OR org_id = $1)) t"#,
        only.map(|id| id.0),
        range.from,
        range.to,
    )
    .fetch_one(conn)
    .await?)
}
