//! What the hours of grants are in instants: by the database's clock and its rules of time zones.

use crate::error::Result;
use crate::grants::hours::{Hours, Opening, unknown_zone};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;

/// Hours, and the instant to look at them; none, or one that is past: now.
pub(in crate::grants) type Look<'a> = (&'a Hours, Option<DateTime<Utc>>);

/// How they stand. Asked once for all that are alike.
pub(in crate::grants) async fn openings<'a>(
    conn: &mut PgConnection,
    looks: impl IntoIterator<Item = Look<'a>>,
) -> Result<HashMap<Look<'a>, Opening>> {
    let mut asked: Vec<Look<'a>> = Vec::new();
    let mut openings: HashMap<Look<'a>, Opening> = HashMap::new();
    let mut seen = std::collections::HashSet::new();
    asked.extend(looks.into_iter().filter(|look| seen.insert(*look)));
    if asked.is_empty() {
        return Ok(openings);
    }
    let questions: Vec<_> =
        asked.iter().map(|(hours, at)| serde_json::json!({ "hours": hours, "at": at })).collect();
    let rows = sqlx::query!(
        r#"SELECT q.place AS "place!", wall.within_hours(q.hours, i.at) AS "open!", i.at AS "at!", c.changes_at,
                  c.changes_at AT TIME ZONE (q.hours ->> 'timeZone') AS changes_local
           FROM (SELECT place, e -> 'hours' AS hours, (e ->> 'at')::timestamptz AS at
                 FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY x (e, place)) q
           CROSS JOIN LATERAL (SELECT greatest(now(), q.at) AS at) i
           CROSS JOIN LATERAL (SELECT wall.hours_change(q.hours, i.at) AS changes_at) c
           ORDER BY q.place"#,
        serde_json::Value::from(questions),
    )
    .fetch_all(conn)
    .await?;
    for (look, row) in asked.into_iter().zip(rows) {
        let (changes_at, changes_local) = (row.changes_at, row.changes_local);
        openings.insert(look, Opening { open: row.open, at: row.at, changes_at, changes_local });
    }
    Ok(openings)
}

/// Refuses hours by a clock that nobody knows.
pub(in crate::grants) async fn check_zone(conn: &mut PgConnection, hours: Option<&Hours>) -> Result<()> {
    let Some(hours) = hours else { return Ok(()) };
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1) AS "known!""#,
        hours.time_zone
    )
    .fetch_one(conn)
    .await?;
    if known { Ok(()) } else { Err(unknown_zone()) }
}
