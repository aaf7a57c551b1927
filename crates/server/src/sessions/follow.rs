//! One task beside each live session: what becomes of it goes into the database and the log, however long the
//! database takes to answer.

use super::live;
use super::model::SessionStatus;
use super::store;
use crate::app::App;
use crate::audit::{Actor, Event, Kind, Outcome, Target, catalogue};
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{OrganizationId, SessionId, UserId};
use sallyport_relay::live::{End, EndCode, SessionHandle, State, Status};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// What the task knows of its session.
pub(super) struct Followed {
    pub id: SessionId,
    pub org_id: OrganizationId,
    pub asset: Target,
    pub technician: Actor,
    pub origin: Origin,
}

impl Followed {
    fn event(&self, kind: &'static Kind, outcome: Outcome) -> Event {
        Event::by_platform(kind, outcome, self.org_id).target(self.asset.clone()).session(self.id)
    }

    fn by_technician(&self, kind: &'static Kind) -> Event {
        self.event(kind, Outcome::Success).actor(self.technician.clone()).origin(self.origin.clone())
    }
}

/// Follows `handle` to its end; `place` is given back then.
pub(super) fn follow(app: Arc<App>, handle: SessionHandle, followed: Followed, place: OwnedSemaphorePermit) {
    // What it seldom does is boxed: the task itself stays for as long as the session.
    tokio::spawn(async move {
        let end = to_the_end(&app, &handle, &followed).await;
        until_kept(|| Box::pin(app.db.while_it_stays(keep_end(&app, &followed, end.as_deref())))).await;
        if end.is_some_and(|end| end.sealed.is_ok()) {
            Box::pin(crate::recordings::index_text(&app, followed.org_id, followed.id)).await;
        }
        drop(place);
    });
}

async fn to_the_end(app: &App, handle: &SessionHandle, followed: &Followed) -> Option<Arc<End>> {
    let mut changes = handle.watch();
    let mut known = changes.borrow_and_update().clone();
    loop {
        if let State::Ended(end) = &known.state {
            return Some(Arc::clone(end));
        }
        if changes.changed().await.is_err() {
            return handle.ended().await;
        }
        let now = changes.borrow_and_update().clone();
        // What happens in between is told on the next change; a database that is away must not hold the end up.
        if let Err(error) = Box::pin(app.db.while_it_stays(keep_change(app, followed, &known, &now))).await {
            tracing::warn!(%error, session = %followed.id, "a change of a session could not be kept");
        }
        known = now;
    }
}

fn status_of(state: &State) -> Option<SessionStatus> {
    match state {
        State::Live => Some(SessionStatus::Live),
        State::Detached => Some(SessionStatus::Detached),
        State::Frozen(_) => Some(SessionStatus::Frozen),
        State::Ending(_) | State::Ended(_) => None,
    }
}

async fn keep_change(app: &App, followed: &Followed, before: &Status, now: &Status) -> Result<()> {
    let mut events = Vec::new();
    if before.owner_connected && !now.owner_connected && status_of(&now.state).is_some() {
        events.push(followed.by_technician(&catalogue::SESSION_DETACH));
    }
    if let State::Frozen(reason) = &now.state
        && !matches!(before.state, State::Frozen(_))
    {
        events.push(
            followed.event(&catalogue::SESSION_FREEZE, Outcome::Success).because(reason.message.to_string()),
        );
    }
    events.extend(viewer_events(followed, before, now));
    let Some(status) = status_of(&now.state) else {
        if events.is_empty() {
            return Ok(());
        }
        return app.db.unscoped("keep what became of a session").await?.commit_all(events).await;
    };
    let mut tx = app.db.unscoped("keep what became of a session").await?;
    store::set_status(tx.conn(), followed.org_id, followed.id, status, (now.size.cols, now.size.rows))
        .await?;
    if events.is_empty() {
        return tx.commit_unaudited("a window's size, or the end of a doubt").await;
    }
    tx.commit_all(events).await
}

/// Who ceased to watch. (That they began was kept before they saw anything.)
fn viewer_events(followed: &Followed, before: &Status, now: &Status) -> Vec<Event> {
    let names = |status: &Status| -> HashMap<UserId, String> {
        live::viewers(status).into_iter().map(|viewer| (viewer.user_id, viewer.name)).collect()
    };
    let (then, now) = (names(before), names(now));
    let went = then.iter().filter(|(id, _)| !now.contains_key(id));
    let event = |(id, name): (&UserId, &String)| {
        followed
            .event(&catalogue::SESSION_UNWATCH, Outcome::Success)
            .actor(Actor::named(*id, name))
            .details(serde_json::json!({ "technician": followed.technician.name }))
    };
    went.map(event).collect()
}

/// The end, with its recording. `None`: the session's task was killed, which the log should not hide.
async fn keep_end(app: &App, followed: &Followed, end: Option<&End>) -> Result<()> {
    let (code, message) = match end {
        Some(end) => (end.reason.code.as_str(), end.reason.message.to_string()),
        None => (EndCode::GatewayRestart.as_str(), "The session's task was lost.".to_owned()),
    };
    let mut tx = app.db.unscoped("keep the end of a session").await?;
    let first =
        store::set_over(tx.conn(), followed.org_id, followed.id, SessionStatus::Ended, code, &message)
            .await?;
    let sealed = end.and_then(|end| end.sealed.as_ref().ok());
    let mut events = Vec::new();
    if let Some(sealed) = sealed {
        crate::recordings::keep_sealed(tx.conn(), sealed).await?;
        events.push(followed.event(&catalogue::RECORDING_SEAL, Outcome::Success).details(
            serde_json::json!({
                "complete": sealed.complete, "durationMs": sealed.duration_ms, "bytes": sealed.size_bytes,
            }),
        ));
    }
    if first {
        let by = end.and_then(|end| end.by.as_ref()).map(|person| person.name.to_string());
        events.push(
            followed.event(&catalogue::SESSION_CLOSE, Outcome::Success).because(message).details(
                serde_json::json!({ "code": code, "by": by, "technician": followed.technician.name }),
            ),
        );
    }
    if events.is_empty() {
        return tx.commit_unaudited("kept before").await;
    }
    tx.commit_all(events).await
}

/// Tries again until the database takes it: an end that happened must be kept.
async fn until_kept<F: Future<Output = Result<()>>>(mut keep: impl FnMut() -> F) {
    let mut pause = Duration::from_millis(100);
    while let Err(error) = keep().await {
        tracing::warn!(%error, "the end of a session could not be kept yet");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}
