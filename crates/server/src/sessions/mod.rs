//! Live sessions on customers' machines: asked for, watched, ended, followed to their end.

mod follow;
pub mod http;
mod instances;
mod lease;
mod live;
mod model;
mod recover;
mod socket;
mod start;
mod store;
mod watchers;

pub use instances::{end_of_silent, keep_beating, register};
pub use lease::keep as keep_leases;
pub use live::Live;
pub use model::{
    CreateTicket, EndSession, GivenTicket, Session, SessionFilter, SessionStatus, StartSession,
    StartedSession, Ticket, TicketMode, Viewer,
};
pub use recover::{end_left_over, tend};

use crate::access::{Action, Caller, Facts, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::db::ReadTx;
use crate::error::{ApiError, Result};
use crate::grants::{self, AccessLevel};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{SessionId, TicketId};
use sallyport_relay::live::{EndCode, Reason};
use store::NewTicket;

/// How long a ticket waits to be used.
const TICKET_LIFE_S: i32 = 10;

/// All sessions for those who oversee them; a technician's own.
pub async fn list_sessions(app: &App, caller: &Caller, mut filter: SessionFilter) -> Result<Page<Session>> {
    if caller.role == Role::Technician {
        app.may(caller, Action::SessionRead, &Resource::own(caller), &Facts::own())?;
        filter.technician_id = Some(caller.user_id);
    } else {
        app.may(caller, Action::SessionRead, &Resource::own(caller), &Facts::default())?;
    }
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), &filter, at).await?);
    tx.done().await?;
    Ok(page.map(|session| {
        let facts = Facts { own: session.technician_id == caller.user_id, ..Facts::default() };
        dress(app, caller, session, &facts)
    }))
}

/// One, with who watches it and what the caller may do.
pub async fn get_session(app: &App, caller: &Caller, id: SessionId) -> Result<Session> {
    let mut tx = app.db.read(caller).await?;
    let (session, facts, _) = find_for(app, &mut tx, caller, id, Action::SessionRead).await?;
    tx.done().await?;
    Ok(dress(app, caller, session, &facts))
}

/// The right to attach once, for who may control or watch.
pub async fn create_ticket(
    app: &App,
    caller: &Caller,
    id: SessionId,
    mode: TicketMode,
) -> Result<GivenTicket> {
    let action = match mode {
        TicketMode::Control => Action::SessionControl,
        TicketMode::Watch => Action::SessionWatch,
    };
    let mut tx = app.db.read(caller).await?;
    let (session, _, permit) = find_for(app, &mut tx, caller, id, action).await?;
    tx.done().await?;
    if session.ended_at.is_some() {
        return Err(ApiError::conflict("session_over", "This session is over. Its recording can be played."));
    }
    let ticket = give_ticket(app, caller, &session, mode, &permit).await?;
    Ok(GivenTicket { ticket, websocket_path: websocket_path(id) })
}

/// Ends a session for everyone, on whichever instance it lives.
pub async fn end_session(app: &App, caller: &Caller, id: SessionId, wish: EndSession) -> Result<()> {
    let mut tx = app.db.read(caller).await?;
    let (session, facts, permit) = find_for(app, &mut tx, caller, id, Action::SessionEnd).await?;
    tx.done().await?;
    if session.ended_at.is_some() {
        return Err(ApiError::conflict("session_over", "This session is over already."));
    }
    let why = text::block("reason", wish.reason.as_deref().unwrap_or_default(), 1000)?;
    let code = if facts.own { EndCode::EndedByOwner } else { EndCode::EndedByAdmin };
    let because = if why.is_empty() { String::new() } else { format!(": {why}") };
    let message = format!("Ended by {}{because}", caller.display_name);
    let mut tx = app.db.write(caller).await?;
    let reason = Reason::new(code, message);
    store::request_end(tx.conn(), session.organization_id, id, &reason, caller).await?;
    let event = Event::by(caller, &permit, &catalogue::SESSION_END, session.organization_id)
        .target(Target::new("asset", session.asset_id.0, &session.asset_name))
        .session(id)
        .because(why);
    tx.commit(event).await?;
    if let Some(handle) = app.live.registry.find(id.0) {
        handle.end(reason, Some(live::person(caller.user_id, &caller.display_name)));
    }
    Ok(())
}

/// The session, what the policies need to know of it, and the permit for `action`; 404 before 403.
async fn find_for(
    app: &App,
    tx: &mut ReadTx,
    caller: &Caller,
    id: SessionId,
    action: Action,
) -> Result<(Session, Facts, Permit)> {
    let session = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("session"))?;
    let own = session.technician_id == caller.user_id;
    let level = AccessLevel::from(session.access_level.clone());
    let mut facts = grants::facts_for_level(tx.conn(), caller, session.organization_id, level).await?;
    facts.own = own;
    facts.service = Some(session.protocol.clone());
    facts.account_level = Some(session.access_level.clone());
    if !own && caller.role == Role::Technician {
        // A colleague's session: to be looked at by grant, or not known at all.
        app.may(caller, Action::SessionWatch, &session.resource(), &facts)
            .map_err(|_| ApiError::not_found("session"))?;
        if action == Action::SessionRead {
            let permit = app.may(caller, Action::SessionWatch, &session.resource(), &facts)?;
            return Ok((session, facts, permit));
        }
    }
    let permit = app.may(caller, action, &session.resource(), &facts)?;
    Ok((session, facts, permit))
}

async fn give_ticket(
    app: &App,
    caller: &Caller,
    session: &Session,
    mode: TicketMode,
    permit: &Permit,
) -> Result<Ticket> {
    let (token, hash) = live::new_token()?;
    let mut tx = app.db.write(caller).await?;
    let policy_ids = permit.policy_ids().to_vec();
    let new = NewTicket { id: TicketId::new(&app.clock), mode, hash, policy_ids, life_s: TICKET_LIFE_S };
    let expires_at = store::insert_ticket(tx.conn(), caller, session, &new).await?;
    let event = Event::by(caller, permit, &catalogue::TICKET_CREATE, session.organization_id)
        .target(Target::new("asset", session.asset_id.0, &session.asset_name))
        .session(session.id)
        .details(serde_json::json!({ "mode": mode }));
    tx.commit(event).await?;
    Ok(Ticket { token, expires_at })
}

fn websocket_path(id: SessionId) -> String {
    format!("/api/sessions/{id}/attach")
}

fn dress(app: &App, caller: &Caller, mut session: Session, facts: &Facts) -> Session {
    let actions = [Action::SessionWatch, Action::SessionEnd, Action::RecordingPlay, Action::RecordingExport];
    session.can = app.policies.can(caller, &actions, &session.resource(), facts, caller.asked_at);
    if let Some(handle) = app.live.registry.find(session.id.0) {
        session.viewers = live::viewers(&handle.status());
    }
    session
}
