//! One's own identities: bound to the account only from inside of a fresh sign-in, and undone again.

use super::flow::{self, BrowserKey, Purpose, Wish};
use super::model::SecondFactorBy;
use super::sign_in::SsoStarted;
use super::{connections, store};
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::auth::FactorMethod;
use crate::auth::factors::TypedCode;
use crate::auth::sso as auth;
use crate::error::{ApiError, Result};
use crate::ids::{SsoConnectionId, SsoIdentityId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who one is at an identity provider.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SsoIdentity {
    /// The binding.
    pub id: SsoIdentityId,
    /// By which connection.
    pub connection_id: SsoConnectionId,
    /// Its name.
    pub connection_name: String,
    /// The address that the provider told last.
    pub email: Option<String>,
    /// When it was bound.
    pub created_at: DateTime<Utc>,
    /// When somebody last signed in by it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// By which connection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkSso {
    /// An active connection of one's own organization.
    pub connection_id: SsoConnectionId,
    /// The page of the console to come back to.
    pub return_to: Option<String>,
}

/// By which connection, and a code where one is asked for here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepUpBySso {
    /// An active connection of one's own organization.
    pub connection_id: SsoConnectionId,
    /// The page of the console to come back to.
    pub return_to: Option<String>,
    /// What `code` is; of an authenticator app when not given.
    pub method: Option<FactorMethod>,
    /// For those who have a second factor, where the connection leaves it to be asked for here.
    #[schema(value_type = Option<String>, format = Password)]
    pub code: Option<TypedCode>,
}

/// One's own identities.
pub async fn list_sso_identities(app: &App, caller: &Caller) -> Result<Vec<SsoIdentity>> {
    app.may(caller, Action::UserSessionRead, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.read(caller).await?;
    let all = store::identities_of(tx.conn(), caller.user_id).await?;
    tx.done().await?;
    Ok(all)
}

/// Begins to bind an identity to the caller's own account.
pub async fn link_sso(app: &App, caller: &Caller, wish: LinkSso) -> Result<(SsoStarted, BrowserKey)> {
    begin(
        app,
        caller,
        wish,
        Action::IdentityLink,
        Way { purpose: Purpose::Link, by_browser: false, code: None },
    )
    .await
}

/// Begins a proof anew of who the caller is, at the provider that they came by.
pub async fn step_up_by_sso(
    app: &App,
    caller: &Caller,
    wish: StepUpBySso,
    by_browser: bool,
) -> Result<(SsoStarted, BrowserKey)> {
    let StepUpBySso { connection_id, return_to, method, code } = wish;
    let code = code.map(|code| (method.unwrap_or(FactorMethod::Totp), code));
    let way = Way { purpose: Purpose::StepUp, by_browser, code };
    begin(app, caller, LinkSso { connection_id, return_to }, Action::UserSessionRenew, way).await
}

struct Way {
    purpose: Purpose,
    by_browser: bool,
    code: Option<(FactorMethod, TypedCode)>,
}

async fn begin(
    app: &App,
    caller: &Caller,
    wish: LinkSso,
    action: Action,
    Way { purpose, by_browser, code }: Way,
) -> Result<(SsoStarted, BrowserKey)> {
    let return_to = flow::check_return_to(wish.return_to.as_deref())?;
    let permit = app.may(caller, action, &Resource::own(caller), &Facts::own())?;
    // The secret of a connection opens behind the wall of the whole platform, not for a caller.
    let mut tx = app.db.unscoped("begin a proof at an identity provider").await?;
    let kept = connections::get(tx.conn(), wish.connection_id).await?;
    if kept.connection.organization_id != caller.org_id {
        return Err(ApiError::not_found("connection"));
    }
    if !super::sign_in::usable(&kept.connection) {
        return Err(flow::not_active());
    }
    let mut events = Vec::new();
    if purpose == Purpose::StepUp && kept.connection.second_factor == SecondFactorBy::Here {
        (tx, events) = auth::pay_code(app, tx, caller, code).await?;
    }
    let asked = Wish {
        purpose,
        hint: Some(&caller.email),
        whose: Some((caller.user_id, caller.user_session_id)),
        challenge: None,
        return_to: &return_to,
        by_browser,
        checks: &[],
    };
    let begun = flow::begin(app, tx.conn(), &kept, asked).await?;
    let kind =
        if purpose == Purpose::Link { &catalogue::SSO_LINK_START } else { &catalogue::SSO_STEP_UP_START };
    events.push(
        Event::by(caller, &permit, kind, caller.org_id).target(super::sign_in::target(&kept.connection)),
    );
    tx.commit_all(events).await?;
    Ok((SsoStarted { url: begun.url }, begun.browser))
}

/// Undoes a binding of one's own. Whoever has no password keeps the last one: they could not come in any more.
pub async fn delete_sso_identity(app: &App, caller: &Caller, id: SsoIdentityId) -> Result<()> {
    let permit = app.may(caller, Action::IdentityLink, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.write(caller).await?;
    let all = store::identities_of(tx.conn(), caller.user_id).await?;
    let Some(identity) = all.iter().find(|identity| identity.id == id) else {
        return Err(ApiError::not_found("identity"));
    };
    if all.len() == 1 && !store::has_password(tx.conn(), caller.user_id).await? {
        return Err(ApiError::conflict(
            "last_way_in",
            "You have no password, so this is your only way to sign in. Set a password first.",
        ));
    }
    store::delete_identity(tx.conn(), id, caller.user_id).await?;
    let event = Event::by(caller, &permit, &catalogue::SSO_UNLINK, caller.org_id).target(Target::new(
        "sso_connection",
        identity.connection_id.0,
        &identity.connection_name,
    ));
    tx.commit(event).await
}
