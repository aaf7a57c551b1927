//! A SAML provider tells, by the browser, that somebody signed out there.

use super::service;
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::SsoConnectionId;
use crate::sso::{sign_in, store};
use axum::http::StatusCode;
use sallyport_oidc::Profile;
use sallyport_saml::{Binding, LogoutMessage};
use serde_json::json;

/// Ends the sign-ins that it is about; how the browser takes our answer there.
pub(super) async fn sign_out(
    app: &App,
    origin: &Origin,
    id: SsoConnectionId,
    message: LogoutMessage<'_>,
    relay_state: Option<&str>,
) -> Result<Binding> {
    let mut tx = app.db.unscoped("hear that somebody signed out at an identity provider").await?;
    let kept = store::find(tx.conn(), id).await?.filter(|kept| sign_in::usable(&kept.connection));
    let Some((kept, provider)) = kept.and_then(|kept| kept.saml.clone().map(|provider| (kept, provider)))
    else {
        return Err(not_good());
    };
    let ours = service::open(app, tx.conn(), &kept).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    let connection = &kept.connection;
    let event = |outcome| {
        Event::by_platform(&catalogue::SSO_LOGOUT, outcome, connection.organization_id)
            .origin(origin.clone())
            .target(sign_in::target(connection))
    };
    let now = app.db.now().await?;
    let told = ours.logout_request(&provider, message, now);
    let mut tx = app.db.unscoped("end the sign-ins of somebody who signed out elsewhere").await?;
    let logout = match told {
        Ok(logout) => logout,
        Err(refused) => {
            if app.logs_strangers_of(connection.organization_id) {
                tx.commit(event(Outcome::Refused).because(refused.to_string())).await?;
            }
            return Err(not_good().audited());
        }
    };
    let (organization, until) = (connection.organization_id, logout.not_on_or_after);
    if !store::see_once(tx.conn(), organization, id, &logout.request_id, until).await? {
        tx.commit(event(Outcome::Refused).because("the logout request was used before")).await?;
        return Err(not_good().audited());
    }
    // People of Entra are bound by another name than the one that it signs them out by; its sessions are its own.
    let name = (connection.profile != Profile::Entra).then_some(logout.name_id.as_str());
    let mut ended = Vec::new();
    if logout.session_indexes.is_empty() {
        ended = store::sign_out(tx.conn(), id, name, None).await?;
    }
    for index in &logout.session_indexes {
        ended.extend(store::sign_out(tx.conn(), id, name, Some(index)).await?);
    }
    let mut events = vec![event(Outcome::Success).details(json!({ "signInsEnded": ended.len() }))];
    events.extend(sign_in::ended_there(origin, connection, ended));
    tx.commit_all(events).await?;
    let answer = ours.logout_response(&provider, &logout, relay_state, now);
    // A provider that names no address for answers gets none; the sign-ins are over all the same.
    Ok(answer.ok().flatten().unwrap_or_else(|| Binding::Redirect("/sign-in".to_owned())))
}

fn not_good() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "logout_request_refused",
        "This logout request is not good for this connection.",
    )
}
