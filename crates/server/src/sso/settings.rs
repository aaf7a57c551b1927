//! Who must come by single sign-on, and who may use a password all the same. What is required can always be done by
//! somebody: a way in stays switched on, and whoever closes the other one has gone through it.

use super::model::{SsoConnection, SsoFallback, SsoSettings, SsoState};
use super::store;
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::OrganizationId;
use serde_json::json;
use sqlx::PgConnection;

/// How people of an organization may sign in.
pub async fn get_sso_settings(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
) -> Result<SsoSettings> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::SsoRead, &resource, &Facts::default())?;
    let (settings, _) = found(store::settings(tx.conn(), organization).await?)?;
    tx.done().await?;
    Ok(settings)
}

/// Changes it. Without an active connection nothing can be required, and without a password for anybody only once
/// somebody is linked: nobody could come in.
pub async fn update_sso_settings(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
    wish: SsoSettings,
) -> Result<SsoSettings> {
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    let permit = app.may(caller, Action::SsoUpdate, &resource, &Facts::default())?;
    store::lock_organization(tx.conn(), organization).await?;
    let (before, active) = found(store::settings(tx.conn(), organization).await?)?;
    if wish.required && !active {
        return Err(ApiError::conflict(
            "sso_not_active",
            "There is no active connection: nobody could sign in. Switch one on first.",
        ));
    }
    if wish.required && wish.fallback == SsoFallback::Nobody {
        // Who sets it for their own organization must come in by it; the provider's people set it for the admins there.
        let who = (caller.org_id == organization).then_some(caller.user_id);
        if !store::is_linked(tx.conn(), organization, who).await? {
            return Err(nobody_linked(who.is_some()));
        }
    }
    store::update_settings(tx.conn(), organization, wish).await?;
    let event = Event::by(caller, &permit, &catalogue::SSO_SETTINGS_UPDATE, organization)
        .target(Target::new("organization", organization.0, "single sign-on"))
        .details(json!({ "before": before, "after": wish }));
    tx.commit(event).await?;
    get_sso_settings(app, caller, organization).await
}

/// Refuses to close the last way in of those who have no other. Asked while the organization is held.
pub(super) async fn keep_a_way_in(conn: &mut PgConnection, connection: &SsoConnection) -> Result<()> {
    if connection.state == SsoState::Active && store::is_last_way_in(conn, connection).await? {
        return Err(ApiError::conflict(
            "sso_still_required",
            "Single sign-on is required, and this is the only connection that is switched on: without it nobody could \
             sign in. Stop requiring single sign-on first.",
        ));
    }
    Ok(())
}

fn nobody_linked(own: bool) -> ApiError {
    let words = if own {
        "Nobody could use a password any more, and your own account is not linked to an identity provider that is \
         switched on: you would lock yourself out. Link it first (under My account), or let administrators use a password."
    } else {
        "Nobody could use a password any more, and no administrator of this organization is linked to an identity \
         provider that is switched on: they would be locked out. Have one of them link their account first (under My \
         account), or let administrators use a password."
    };
    ApiError::conflict("sso_nobody_linked", words)
}

fn found<T>(found: Option<T>) -> Result<T> {
    found.ok_or_else(|| ApiError::not_found("organization"))
}
