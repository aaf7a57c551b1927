//! All SQL of recordings and their text.

use super::model::{Recording, RecordingFilter, RecordingStatus};
use crate::access::policies::Can;
use crate::error::Result;
use crate::http::Window;
use crate::ids::{InstanceId, OrganizationId, SessionId, UserId};
use sallyport_relay::recording::Sealed;
use sallyport_relay::recording::read::TranscriptLine;
use sqlx::PgConnection;

/// A page, newest first, and how many there are. The text is looked through within what the wall shows and the
/// filter leaves: an index over it would not be used under row security (its operators are not leakproof).
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &RecordingFilter,
    window: Window,
) -> Result<(Vec<Recording>, i64)> {
    select(conn, None, filter, window).await
}

/// One, if it is seen.
pub(super) async fn find(conn: &mut PgConnection, id: SessionId) -> Result<Option<Recording>> {
    let (rows, _) = select(conn, Some(id), &RecordingFilter::default(), Window::ONE).await?;
    Ok(rows.into_iter().next())
}

async fn select(
    conn: &mut PgConnection,
    only: Option<SessionId>,
    filter: &RecordingFilter,
    window: Window,
) -> Result<(Vec<Recording>, i64)> {
    let rows = sqlx::query!(
        r#"SELECT r.id AS "id: SessionId", r.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  (o.status = 'active') AS "org_active!", s.asset_name, s.technician_id AS "technician_id: UserId",
                  s.technician_name, s.username, s.access_level, r.started_at, r.duration_ms, r.size_bytes, r.raw_bytes,
                  r.cols, r.rows, r.status, r.retain_until, count(*) OVER () AS "total!"
           FROM recordings r JOIN sessions s ON s.org_id = r.org_id AND s.id = r.id
           JOIN organizations o ON o.id = r.org_id
           WHERE ($1::uuid IS NULL OR r.id = $1) AND ($2::uuid IS NULL OR r.org_id = $2)
             AND ($3::uuid IS NULL OR s.technician_id = $3) AND ($4::uuid IS NULL OR s.asset_id = $4)
             AND ($5::timestamptz IS NULL OR r.started_at >= $5) AND ($6::timestamptz IS NULL OR r.started_at < $6)
             AND ($7::text IS NULL OR strpos(lower(s.asset_name || ' ' || s.technician_name), lower($7)) > 0
                  OR EXISTS (SELECT 1 FROM recording_lines l WHERE l.org_id = r.org_id AND l.recording_id = r.id
                             AND strpos(lower(l.line), lower($7)) > 0))
             AND (s.started_at IS NOT NULL OR $1::uuid IS NOT NULL)
           ORDER BY r.started_at DESC, r.id DESC LIMIT $8 OFFSET $9"#,
        only.map(|id| id.0),
        filter.organization_id.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.asset_id.map(|id| id.0),
        filter.from,
        filter.to,
        filter.q,
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let recordings = rows.into_iter().map(|row| {
        let status = RecordingStatus::from(row.status);
        Recording {
            id: row.id,
            organization_id: row.org_id,
            organization_name: row.org_name,
            asset_name: row.asset_name,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            username: row.username,
            access_level: row.access_level,
            started_at: row.started_at,
            duration_ms: row.duration_ms,
            size_bytes: row.size_bytes,
            raw_bytes: row.raw_bytes,
            cols: row.cols,
            rows: row.rows,
            status,
            incomplete: status == RecordingStatus::Interrupted,
            retain_until: row.retain_until,
            can: Can::default(),
            organization_active: row.org_active,
        }
    });
    Ok((recordings.collect(), total))
}

/// What its sealing says of it.
pub(crate) async fn keep_sealed(conn: &mut PgConnection, sealed: &Sealed) -> Result<()> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let status = if sealed.complete { RecordingStatus::Sealed } else { RecordingStatus::Interrupted };
    sqlx::query!(
        "UPDATE recordings SET status = $3, duration_ms = $4, size_bytes = $5, raw_bytes = $6,
             sealed_at = coalesce(sealed_at, now())
         WHERE org_id = $1 AND id = $2 AND status <> 'deleted'",
        sealed.key.organization_id,
        sealed.key.session_id,
        status.as_str(),
        i64::from(sealed.duration_ms),
        number(sealed.size_bytes),
        number(sealed.raw_bytes),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Recordings of this instance that a death left before their first chunk: there is none to seal.
pub(crate) async fn set_lost(conn: &mut PgConnection, instance: InstanceId, over_for_s: f64) -> Result<()> {
    sqlx::query!(
        "UPDATE recordings r SET status = 'interrupted' FROM sessions s
         WHERE r.instance_id = $1 AND r.status = 'recording' AND s.org_id = r.org_id AND s.id = r.id
             AND s.ended_at <= now() - make_interval(secs => $2)",
        instance.0,
        over_for_s
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was recorded lies on an instance that is gone; sealed when it comes back.
pub(crate) async fn set_out_of_reach(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE recordings SET status = 'interrupted' WHERE org_id = $1 AND id = $2 AND status = 'recording'",
        org.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The text of a recording, instead of what was there.
pub(super) async fn replace_lines(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    lines: &[TranscriptLine],
) -> Result<()> {
    delete_lines(&mut *conn, org, id).await?;
    let numbers: Vec<i32> = (0..).take(lines.len()).collect();
    let at: Vec<i64> = lines.iter().map(|line| i64::from(line.at_ms)).collect();
    // PostgreSQL's text knows no NUL.
    let text: Vec<String> = lines.iter().map(|line| line.line.replace('\0', "")).collect();
    sqlx::query!(
        "INSERT INTO recording_lines (org_id, recording_id, line_no, at_ms, line)
         SELECT $1, $2, * FROM unnest($3::integer[], $4::bigint[], $5::text[])",
        org.0,
        id.0,
        &numbers,
        &at,
        &text,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn delete_lines(conn: &mut PgConnection, org: OrganizationId, id: SessionId) -> Result<()> {
    sqlx::query!("DELETE FROM recording_lines WHERE org_id = $1 AND recording_id = $2", org.0, id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the log tells that this person read of the recording within the hour.
pub(super) async fn played_lately(
    conn: &mut PgConnection,
    recording: &Recording,
    person: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM audit_logs WHERE org_id = $1 AND session_id = $2 AND actor_id = $3
             AND code = 'recording.play' AND outcome = 'success' AND occurred_at > now() - interval '1 hour') AS "found!""#,
        recording.organization_id.0,
        recording.id.0,
        person.0,
    )
    .fetch_one(conn)
    .await?)
}

/// Some recordings that are kept no longer.
pub(super) async fn expired(conn: &mut PgConnection) -> Result<Vec<(OrganizationId, SessionId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT r.org_id AS "org_id: OrganizationId", r.id AS "id: SessionId", s.asset_name
           FROM recordings r JOIN sessions s ON s.org_id = r.org_id AND s.id = r.id
           WHERE r.status IN ('sealed', 'interrupted') AND r.retain_until < now() LIMIT 100"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.org_id, row.id, row.asset_name)).collect())
}

/// It is gone; its row and its event stay.
pub(super) async fn set_deleted(conn: &mut PgConnection, org: OrganizationId, id: SessionId) -> Result<()> {
    delete_lines(&mut *conn, org, id).await?;
    sqlx::query!(
        "UPDATE recordings SET status = 'deleted', deleted_at = now() WHERE org_id = $1 AND id = $2",
        org.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
