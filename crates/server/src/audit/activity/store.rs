//! All SQL of what one person did.

use super::model::{Person, Row, Visits};
use crate::audit::range::Range;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use sqlx::PgConnection;

/// Whom it is about, if the caller of this transaction sees them at all.
pub(super) async fn find(conn: &mut PgConnection, id: UserId) -> Result<Option<Person>> {
    Ok(sqlx::query_as!(
        Person,
        r#"SELECT u.id AS "id: UserId", u.org_id AS "org_id: OrganizationId", o.type AS org_kind,
                  o.status = 'active' AS "org_active!", u.display_name, u.role, u.last_login_at
           FROM users u JOIN organizations o ON o.id = u.org_id WHERE u.id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What they did, read once by the index of people and grouped every way.
pub(super) async fn count(
    conn: &mut PgConnection,
    id: UserId,
    only: Option<OrganizationId>,
    range: Range,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"WITH grouped AS (
               SELECT grouping(a.risk_level, a.code, a.org_id, a.client_ip, a.day) AS rolled,
                      a.risk_level, a.code, a.org_id, a.client_ip, a.day, count(*) AS total,
                      count(*) FILTER (WHERE a.outcome = 'refused') AS refused, max(a.occurred_at) AS last_at
               FROM (SELECT l.*, (l.occurred_at AT TIME ZONE 'UTC')::date AS day FROM audit_logs l
                     WHERE l.actor_id = $1 AND ($2::uuid IS NULL OR l.org_id = $2)
                       AND l.occurred_at >= $3 AND l.occurred_at < $4) a
               GROUP BY GROUPING SETS ((), (a.risk_level), (a.code), (a.org_id), (a.client_ip), (a.day))
           ), ranked AS (
               SELECT g.*, row_number() OVER (
                   PARTITION BY rolled ORDER BY day, total DESC, code, org_id, client_ip) AS place
               FROM grouped g WHERE rolled <> 29 OR client_ip IS NOT NULL
           )
           SELECT CASE r.rolled WHEN 15 THEN 'risk' WHEN 23 THEN 'code' WHEN 27 THEN 'organization'
                                WHEN 29 THEN 'address' WHEN 30 THEN 'day' ELSE 'all' END AS "grouped!",
                  coalesce(r.risk_level, r.code, o.name, host(r.client_ip)) AS word,
                  r.org_id AS "org_id?: OrganizationId", r.day, r.total AS "total!", r.refused AS "refused!", r.last_at
           FROM ranked r LEFT JOIN organizations o ON o.id = r.org_id
           WHERE r.place <= CASE r.rolled WHEN 23 THEN 20 WHEN 27 THEN 50 WHEN 29 THEN 10 ELSE 10000 END
           ORDER BY r.rolled, r.place"#,
        id.0,
        only.map(|id| id.0),
        range.from,
        range.to,
    )
    .fetch_all(conn)
    .await?)
}

/// Beside what they did: how they came in, and how long they were on machines. A wrong password is nobody's deed, so
/// it is found by whom it was about.
pub(super) async fn sign_ins(conn: &mut PgConnection, person: &Person, range: Range) -> Result<Visits> {
    Ok(sqlx::query_as!(
        Visits,
        r#"SELECT (SELECT count(*) FROM user_sessions s WHERE s.org_id = $1 AND s.user_id = $2
                     AND s.created_at >= $3 AND s.created_at < $4) AS "sign_ins!",
                  (SELECT count(*) FROM audit_logs a WHERE a.org_id = $1 AND a.target_type = 'user' AND a.target_id = $2
                     AND a.outcome = 'refused' AND a.occurred_at >= $3 AND a.occurred_at < $4
                     AND a.code IN ('auth.login', 'auth.challenge', 'sso.login', 'factor.verify', 'passkey.sign_in')
                  ) AS "refused_sign_ins!",
                  t.sessions AS "sessions!", t.seconds AS "session_seconds!"
           FROM (SELECT count(*) AS sessions,
                        coalesce(sum(extract(epoch FROM coalesce(s.ended_at, now()) - s.started_at)), 0)::bigint AS seconds
                 FROM sessions s WHERE s.technician_id = $2 AND s.created_at >= $3 AND s.created_at < $4
                   AND s.started_at IS NOT NULL) t"#,
        person.org_id.0,
        person.id.0,
        range.from,
        range.to,
    )
    .fetch_one(conn)
    .await?)
}
