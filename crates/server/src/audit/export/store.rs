//! What an export asks beside the log itself.

use crate::access::Caller;
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Whoever began an export, or follows what changes, as they are now.
pub(in crate::audit) struct Standing {
    pub(in crate::audit) role: String,
    pub(in crate::audit) now: DateTime<Utc>,
}

/// None when the sign-in by which it began is over: signed out, ended by somebody, outlived, or left behind by a raised
/// epoch. That nobody clicked meanwhile ends nothing: the download is what they do.
pub(in crate::audit) async fn standing(conn: &mut PgConnection, caller: &Caller) -> Result<Option<Standing>> {
    Ok(sqlx::query_as!(
        Standing,
        r#"SELECT u.role, clock_timestamp() AS "now!"
           FROM users u JOIN user_sessions s ON s.org_id = u.org_id AND s.user_id = u.id
           WHERE u.org_id = $1 AND u.id = $2 AND u.status = 'active' AND s.id = $3 AND s.revoked_at IS NULL
             AND s.expires_at > now() AND s.epoch = u.epoch"#,
        caller.org_id.0,
        caller.user_id.0,
        caller.user_session_id.0,
    )
    .fetch_optional(conn)
    .await?)
}
