//! Tokens by which a machine acts for a person: narrowed to scopes, always with an end, never more than the person may
//! at that moment. They stand and fall with the person: disabled, suspended, another password or another role (whatever
//! raises the person's epoch) ends them too.

mod admit;
pub mod http;
mod model;
mod scopes;
mod store;
pub(crate) mod token;

pub(crate) use admit::admit;
pub use model::{ApiToken, CreateApiToken, CreatedApiToken};
pub use scopes::Scope;
pub(crate) use token::is_api_token;

use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{ApiTokenId, UserId};
use crate::users;
use serde_json::json;
use token::NewToken;

/// Tokens that one person may have at a time.
const MOST: i64 = 50;

/// The caller's own.
pub async fn list_api_tokens(app: &App, caller: &Caller, window: Window) -> Result<Page<ApiToken>> {
    app.may(caller, Action::ApiTokenRead, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), Some(caller.user_id), None, at).await?);
    tx.done().await?;
    Ok(page)
}

/// Another person's.
pub async fn list_user_api_tokens(
    app: &App,
    caller: &Caller,
    user: UserId,
    window: Window,
) -> Result<Page<ApiToken>> {
    let mut tx = app.db.read(caller).await?;
    let (resource, facts) = users::resource(tx.conn(), caller, user).await?;
    app.may(caller, Action::ApiTokenRead, &resource, &facts)?;
    let page = read_page!(window, |at| store::list(tx.conn(), Some(user), None, at).await?);
    tx.done().await?;
    Ok(page)
}

/// What a token can be made for.
pub fn get_api_token_scopes(app: &App, caller: &Caller) -> Result<Vec<Scope>> {
    app.may(caller, Action::ApiTokenRead, &Resource::own(caller), &Facts::own())?;
    Ok(scopes::all())
}

/// A new one of the caller's, shown once.
pub async fn create_api_token(app: &App, caller: &Caller, new: CreateApiToken) -> Result<CreatedApiToken> {
    let new = new.checked()?;
    let mut tx = app.db.write(caller).await?;
    let permit = app.may(caller, Action::ApiTokenCreate, &Resource::own(caller), &Facts::own())?;
    store::wait_for_my_turn(tx.conn(), caller.user_id).await?;
    let one = Window::ONE;
    if store::list(tx.conn(), Some(caller.user_id), None, one).await?.1 >= MOST {
        return Err(ApiError::conflict(
            "too_many_tokens",
            format!("You have {MOST} tokens already. Revoke one that nothing uses any more."),
        ));
    }
    let (id, token) = (ApiTokenId::new(&app.clock), NewToken::new(token::API)?);
    store::insert(tx.conn(), caller, id, &new, &token.hash()).await?;
    let api_token = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("token"))?;
    let event = Event::by(caller, &permit, &catalogue::API_TOKEN_CREATE, caller.org_id)
        .target(Target::new("api_token", id.0, &api_token.name))
        .details(json!({
            "userId": caller.user_id, "scopes": api_token.scopes, "expiresAt": api_token.expires_at,
            "ipRanges": api_token.ip_ranges.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }));
    tx.commit(event).await?;
    Ok(CreatedApiToken { token: token.reveal()?, api_token })
}

/// Ends one: the caller's own, or one of those whose sign-ins they may end.
pub async fn revoke_api_token(app: &App, caller: &Caller, id: ApiTokenId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let found = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("token"))?;
    let (resource, facts) = users::resource(tx.conn(), caller, found.user_id).await?;
    let permit = app.may(caller, Action::ApiTokenRevoke, &resource, &facts)?;
    if !store::revoke(tx.conn(), id).await? {
        return Err(ApiError::not_found("token"));
    }
    let event = Event::by(caller, &permit, &catalogue::API_TOKEN_REVOKE, found.organization_id)
        .target(Target::new("api_token", id.0, found.name))
        .details(json!({ "userId": found.user_id }));
    tx.commit(event).await
}
