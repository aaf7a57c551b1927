//! The places where a person is signed in: seen and ended by the person themselves.

use super::model::SignIn;
use super::store;
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::{Page, Window};
use crate::ids::UserSessionId;
use serde_json::json;

/// Where the caller is signed in. There are never more than a page of them.
pub async fn list_user_sessions(app: &App, caller: &Caller) -> Result<Page<SignIn>> {
    app.may(caller, Action::UserSessionRead, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.read(caller).await?;
    let items = store::list(tx.conn(), caller.user_id, caller.user_session_id).await?;
    tx.done().await?;
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok(Page::new(items, total, Window::new(None, None)))
}

/// Ends one of the caller's own sign-ins.
pub async fn end_user_session(app: &App, caller: &Caller, id: UserSessionId) -> Result<()> {
    let ending = Ending { session: Some(id), reason: "ended_by_owner", kind: &catalogue::USER_SESSION_END };
    let ended = end(app, caller, ending).await?;
    if ended { Ok(()) } else { Err(ApiError::not_found("sign-in")) }
}

/// Signs the caller out here.
pub async fn logout(app: &App, caller: &Caller) -> Result<()> {
    let here = Some(caller.user_session_id);
    end(app, caller, Ending { session: here, reason: "signed_out", kind: &catalogue::LOGOUT }).await?;
    Ok(())
}

/// Signs the caller out everywhere.
pub async fn logout_all(app: &App, caller: &Caller) -> Result<()> {
    let everywhere = Ending { session: None, reason: "signed_out_everywhere", kind: &catalogue::LOGOUT_ALL };
    end(app, caller, everywhere).await?;
    Ok(())
}

/// Which sign-ins end, and why.
struct Ending {
    /// None: all of the person's.
    session: Option<UserSessionId>,
    reason: &'static str,
    kind: &'static Kind,
}

/// Whether anything stood that could be ended. Nothing is written when not.
async fn end(app: &App, caller: &Caller, ending: Ending) -> Result<bool> {
    let mut tx = app.db.write(caller).await?;
    let permit = app.may(caller, Action::UserSessionEnd, &Resource::own(caller), &Facts::own())?;
    let ended = store::end(tx.conn(), caller.user_id, ending.session, ending.reason).await?;
    if ended == 0 {
        return Ok(false);
    }
    let event = Event::by(caller, &permit, ending.kind, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email))
        .details(json!({ "userSessionId": ending.session, "signInsEnded": ended }));
    tx.commit(event).await?;
    Ok(true)
}
