//! What becomes of a session that is there, to its end.

use crate::access::Caller;
use crate::error::Result;
use crate::ids::{OrganizationId, SessionId};
use crate::sessions::model::SessionStatus;
use chrono::{DateTime, Utc};
use sallyport_relay::live::Reason;
use sqlx::PgConnection;

/// Another status of a session that is not over.
pub(in crate::sessions) async fn set_status(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    size: (u16, u16),
) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET status = $3, cols = $4, rows = $5 WHERE org_id = $1 AND id = $2 AND ended_at IS NULL",
        org.0,
        id.0,
        status.as_str(),
        i32::from(size.0),
        i32::from(size.1),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Over, once: false if it was over already.
pub(in crate::sessions) async fn set_over(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    code: &str,
    message: &str,
) -> Result<bool> {
    set_over_since(conn, org, id, status, (code, message), None).await
}

/// Over since the moment when its gateway was last heard of.
pub(in crate::sessions) async fn set_over_since(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    (code, message): (&str, &str),
    since: Option<DateTime<Utc>>,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sessions SET status = $3, ended_at = least(now(), greatest(created_at, started_at, coalesce($6, now()))), end_code = $4,
             end_message = $5
         WHERE org_id = $1 AND id = $2 AND ended_at IS NULL",
        org.0,
        id.0,
        status.as_str(),
        code,
        message,
        since,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks whichever instance holds the session to end it.
pub(in crate::sessions) async fn request_end(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    reason: &Reason,
    by: &Caller,
) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET end_requested_code = $3, end_requested_message = $4, end_requested_by = $5,
             end_requested_by_name = $6
         WHERE org_id = $1 AND id = $2 AND ended_at IS NULL AND end_requested_code IS NULL",
        org.0,
        id.0,
        reason.code.as_str(),
        &*reason.message,
        by.user_id.0,
        by.display_name,
    )
    .execute(conn)
    .await?;
    Ok(())
}
