//! The one query of the numbers: the range is read once, by the index of its time, and grouped every way.

use super::model::{BucketSize, Row};
use crate::audit::range::Range;
use crate::error::Result;
use crate::ids::OrganizationId;
use sqlx::PgConnection;

/// All groups; of codes the 20 greatest, of people and organizations the 10 greatest.
pub(super) async fn count(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
    range: Range,
    size: BucketSize,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"WITH grouped AS (
               SELECT grouping(a.risk_level, a.outcome, a.code, a.actor_id, a.org_id, a.start) AS rolled,
                      a.risk_level, a.outcome, a.code, a.actor_id, a.org_id, a.start, count(*) AS total,
                      count(*) FILTER (WHERE a.risk_level IN ('high', 'critical')) AS high,
                      count(*) FILTER (WHERE a.outcome = 'refused') AS refused,
                      count(*) FILTER (WHERE a.controls <> '{}') AS relevant
               FROM (SELECT l.*, date_bin(make_interval(hours => $4), l.occurred_at, timestamptz '2001-01-01 00:00:00Z') AS start
                     FROM audit_logs l
                     WHERE ($1::uuid IS NULL OR l.org_id = $1) AND l.occurred_at >= $2 AND l.occurred_at < $3) a
               GROUP BY GROUPING SETS ((), (a.risk_level), (a.outcome), (a.code), (a.actor_id), (a.org_id), (a.start))
           ), ranked AS (
               SELECT g.*, row_number() OVER (PARTITION BY rolled ORDER BY total DESC, code, actor_id, org_id) AS place
               FROM grouped g WHERE rolled <> 59 OR actor_id IS NOT NULL
           )
           SELECT CASE r.rolled WHEN 31 THEN 'risk' WHEN 47 THEN 'outcome' WHEN 55 THEN 'code' WHEN 59 THEN 'actor'
                                WHEN 61 THEN 'organization' WHEN 62 THEN 'bucket' ELSE 'all' END AS "grouped!",
                  coalesce(r.risk_level, r.outcome, r.code, o.name, n.actor_name) AS word,
                  coalesce(r.actor_id, r.org_id) AS id, r.start, r.total AS "total!", r.high AS "high!",
                  r.refused AS "refused!", r.relevant AS "relevant!"
           FROM ranked r
           LEFT JOIN organizations o ON o.id = r.org_id
           LEFT JOIN LATERAL (
               SELECT l.actor_name FROM audit_logs l
               WHERE l.actor_id = r.actor_id AND ($1::uuid IS NULL OR l.org_id = $1)
                 AND l.occurred_at >= $2 AND l.occurred_at < $3
               ORDER BY l.occurred_at DESC LIMIT 1) n ON r.actor_id IS NOT NULL
           WHERE r.place <= CASE r.rolled WHEN 55 THEN 20 WHEN 59 THEN 10 WHEN 61 THEN 10 ELSE 10000 END
           ORDER BY r.rolled, r.place"#,
        only.map(|id| id.0),
        range.from,
        range.to,
        size.hours(),
    )
    .fetch_all(conn)
    .await?)
}
