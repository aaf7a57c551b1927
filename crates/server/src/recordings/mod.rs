//! Recordings of sessions: found, played, searched, exported, verified, and deleted when their time is over.

pub mod http;
mod model;
mod range;
mod store;

pub use model::{LineFilter, Recording, RecordingFilter, RecordingStatus, TextLine, TextLines, Verification};
pub(crate) use store::{keep_sealed, set_lost, set_out_of_reach};

use crate::access::{Action, Caller, Facts, OrganizationKind, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{OrganizationId, SessionId};
use sallyport_relay::recording::read::{self, ReadError, RecordingKey};

/// A page, newest first: all for those who oversee, a technician's own.
pub async fn list_recordings(
    app: &App,
    caller: &Caller,
    mut filter: RecordingFilter,
) -> Result<Page<Recording>> {
    let own = caller.role == Role::Technician;
    let facts = Facts { own, ..Facts::default() };
    app.may(caller, Action::RecordingRead, &Resource::own(caller), &facts)?;
    if own {
        filter.technician_id = Some(caller.user_id);
    }
    if filter.q.is_some() {
        // Finding a line is reading it.
        app.may(caller, Action::RecordingPlay, &Resource::own(caller), &facts)?;
    }
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), &filter, at).await?);
    tx.done().await?;
    Ok(page.map(|recording| dress(app, caller, recording)))
}

/// One.
pub async fn get_recording(app: &App, caller: &Caller, id: SessionId) -> Result<Recording> {
    let (recording, _) = find_for(app, caller, id, Action::RecordingRead).await?;
    Ok(dress(app, caller, recording))
}

/// What is where in it; asking for this begins to play it, and is kept.
pub async fn get_recording_index(app: &App, caller: &Caller, id: SessionId) -> Result<read::Index> {
    let (recording, permit) = find_for(app, caller, id, Action::RecordingPlay).await?;
    let opened = open(app, &recording).await?;
    let index = opened.index().await.map_err(|error| refusal_of(&error))?;
    keep(app, caller, &permit, &catalogue::RECORDING_PLAY, &recording).await?;
    Ok(index)
}

/// For the bytes of its container.
pub async fn open_recording_data(app: &App, caller: &Caller, id: SessionId) -> Result<read::Recording> {
    let (recording, permit) = find_for(app, caller, id, Action::RecordingPlay).await?;
    let opened = open(app, &recording).await?;
    keep_play(app, caller, &permit, &recording).await?;
    Ok(opened)
}

/// For its export as asciicast; kept.
pub async fn open_recording_export(app: &App, caller: &Caller, id: SessionId) -> Result<read::Recording> {
    let (recording, permit) = find_for(app, caller, id, Action::RecordingExport).await?;
    let opened = open(app, &recording).await?;
    keep(app, caller, &permit, &catalogue::RECORDING_EXPORT, &recording).await?;
    Ok(opened)
}

/// Its readable lines; with `query`, those that hold it.
pub async fn find_recording_lines(
    app: &App,
    caller: &Caller,
    id: SessionId,
    query: Option<&str>,
) -> Result<TextLines> {
    let (recording, permit) = find_for(app, caller, id, Action::RecordingPlay).await?;
    let opened = open(app, &recording).await?;
    let transcript = opened.transcript().await.map_err(|error| refusal_of(&error))?;
    keep_play(app, caller, &permit, &recording).await?;
    let items = match query {
        Some(query) => transcript.search(query, model::MAX_HITS).into_iter().map(TextLine::from).collect(),
        None => transcript.items.iter().map(TextLine::from).collect(),
    };
    Ok(TextLines { items, truncated: transcript.truncated })
}

/// Whether it is what was recorded; the verdict is kept.
pub async fn verify_recording(app: &App, caller: &Caller, id: SessionId) -> Result<Verification> {
    let (recording, permit) = find_for(app, caller, id, Action::RecordingPlay).await?;
    let opened = open(app, &recording).await?;
    let verdict = opened.verify(&app.live.manifest_keys).await.map_err(|error| refusal_of(&error))?;
    let event = event(caller, &permit, &catalogue::RECORDING_VERIFY, &recording)
        .outcome(if verdict.valid { Outcome::Success } else { Outcome::Failed })
        .because(verdict.message.clone());
    app.db.write(caller).await?.commit(event).await?;
    Ok(Verification::from(verdict))
}

/// Puts a sealed recording's text where a search over all recordings finds it. Without it the recording still
/// plays; what went wrong is logged.
pub(crate) async fn index_text(app: &App, org: OrganizationId, id: SessionId) {
    let work = async {
        let opened = open_anywhere(app, org, id).await?;
        let transcript = opened.transcript().await.map_err(|error| refusal_of(&error))?;
        let mut tx = app.db.unscoped("make a recording's text searchable").await?;
        store::replace_lines(tx.conn(), org, id, &transcript.items).await?;
        tx.commit_unaudited("derived from the recording, which has its own event").await
    };
    if let Err(error) = app.db.while_it_stays(work).await {
        tracing::warn!(%error, session = %id, "a recording's text is not searchable");
    }
}

/// Deletes what is kept no longer: the only way a recording goes.
pub(crate) async fn delete_expired(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("find recordings whose time is over").await?;
    let expired = store::expired(tx.conn()).await?;
    tx.commit_unaudited("nothing was written").await?;
    for (org, id, name) in expired {
        let key = RecordingKey { organization_id: org.0, session_id: id.0 };
        read::delete(&app.live.store, key).await.map_err(anyhow::Error::from)?;
        let mut tx = app.db.unscoped("delete a recording whose time is over").await?;
        store::set_deleted(tx.conn(), org, id).await?;
        let event = Event::by_platform(&catalogue::RECORDING_DELETE, Outcome::Success, org)
            .target(Target::new("recording", id.0, name))
            .session(id);
        tx.commit(event).await?;
    }
    Ok(())
}

/// 404 for what is not seen or is a colleague's, 403 for what may be seen but not played.
async fn find_for(app: &App, caller: &Caller, id: SessionId, action: Action) -> Result<(Recording, Permit)> {
    let mut tx = app.db.read(caller).await?;
    let recording = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("recording"))?;
    tx.done().await?;
    let (resource, facts) = as_seen(caller, &recording);
    caller.asks_about(target(&recording));
    app.may(caller, Action::RecordingRead, &resource, &facts)
        .map_err(|_| ApiError::not_found("recording"))?;
    let permit = app.may(caller, action, &resource, &facts)?;
    if recording.status == RecordingStatus::Deleted && action != Action::RecordingRead {
        return Err(ApiError::conflict(
            "recording_deleted",
            "This recording's time was over; it was deleted.",
        ));
    }
    Ok((recording, permit))
}

fn as_seen(caller: &Caller, recording: &Recording) -> (Resource, Facts) {
    let resource = Resource {
        org_id: recording.organization_id,
        kind: OrganizationKind::Customer,
        active: recording.organization_active,
    };
    (resource, Facts { own: recording.technician_id == caller.user_id, ..Facts::default() })
}

fn dress(app: &App, caller: &Caller, mut recording: Recording) -> Recording {
    let (resource, facts) = as_seen(caller, &recording);
    let actions = [Action::RecordingPlay, Action::RecordingExport];
    recording.can = app.policies.can(caller, &actions, &resource, &facts, caller.asked_at);
    recording
}

async fn open(app: &App, recording: &Recording) -> Result<read::Recording> {
    open_anywhere(app, recording.organization_id, recording.id).await
}

/// In the store, or still in the spool.
async fn open_anywhere(app: &App, org: OrganizationId, id: SessionId) -> Result<read::Recording> {
    let key = RecordingKey { organization_id: org.0, session_id: id.0 };
    match read::Recording::open(&app.live.store, key).await {
        Err(ReadError::NotFound) => {
            read::Recording::open_spool(&app.live.spool, id.0).await.map_err(|error| refusal_of(&error))
        }
        other => other.map_err(|error| refusal_of(&error)),
    }
}

fn refusal_of(error: &ReadError) -> ApiError {
    match error {
        ReadError::NotFound => ApiError::not_found("recording"),
        ReadError::Flaw(flaw) => ApiError::conflict(
            "recording_damaged",
            format!("This recording is damaged ({flaw}). Verify it to see where."),
        ),
        other => {
            tracing::warn!(error = %other, "a recording cannot be read");
            ApiError::unavailable("Recordings cannot be read at the moment. Try again soon.")
        }
    }
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, recording: &Recording) -> Event {
    Event::by(caller, permit, kind, recording.organization_id).target(target(recording)).session(recording.id)
}

fn target(recording: &Recording) -> Target {
    Target::new(
        "recording",
        recording.id.0,
        format!("{} by {}", recording.asset_name, recording.technician_name),
    )
}

/// Whatever part of it is read: a player asks for many, so one entry an hour tells of them.
async fn keep_play(app: &App, caller: &Caller, permit: &Permit, recording: &Recording) -> Result<()> {
    let mut tx = app.db.read(caller).await?;
    let kept = store::played_lately(tx.conn(), recording, caller.user_id).await?;
    tx.done().await?;
    if kept { Ok(()) } else { keep(app, caller, permit, &catalogue::RECORDING_PLAY, recording).await }
}

async fn keep(
    app: &App,
    caller: &Caller,
    permit: &Permit,
    kind: &'static Kind,
    recording: &Recording,
) -> Result<()> {
    app.db.write(caller).await?.commit(event(caller, permit, kind, recording)).await
}
