//! When a person was last here. What the console fetches by itself does not count, or a forgotten window would
//! never become idle.

use super::store;
use crate::access::Caller;
use crate::app::App;
use crate::error::Result;
use crate::ids::UserSessionId;
use axum::http::HeaderMap;
use chrono::TimeDelta;

/// The console sets it on what no person asked for: polling, prefetching.
const BACKGROUND_HEADER: &str = "x-background";
/// A write a minute is enough for an idle time of minutes.
const FRESH: TimeDelta = TimeDelta::minutes(1);

/// Notes the request of a caller as activity, unless it says itself that nobody asked for it. Cheap when somebody was
/// here within the last minute. A failure is no reason to refuse what they do.
pub(crate) async fn note_request(app: &App, caller: &Caller, headers: &HeaderMap) {
    if headers.get(BACKGROUND_HEADER).is_some_and(|value| value == "1") {
        return;
    }
    if caller.asked_at - caller.last_seen_at < FRESH {
        return;
    }
    if let Err(error) = touch(app, caller.user_session_id).await {
        tracing::warn!(%error, "activity could not be noted");
    }
}

async fn touch(app: &App, session: UserSessionId) -> Result<()> {
    let mut tx = app.db.unscoped("note activity").await?;
    store::touch(tx.conn(), session).await?;
    tx.commit_unaudited("that somebody is there changes nothing; what they do is audited itself").await
}
