//! Tokens by which an organization's directory comes: made by an admin with a fresh proof of who they are, shown once,
//! kept as hashes, always with an end. A few stand at a time, so that one takes over from another without a gap.

pub mod http;
mod model;
mod store;

pub use model::{CreateDirectoryToken, CreatedDirectoryToken, DirectoryToken};
pub(crate) use store::revoke_of_connection;

use crate::access::{Action, Caller, Directory, Facts};
use crate::api_tokens::token::{DIRECTORY, NewToken};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::Page;
use crate::ids::{DirectoryTokenId, OrganizationId};
use serde_json::json;

/// Tokens that one organization may have at a time.
const MOST: usize = 3;
/// What the console asks about each.
const CAN: &[Action] = &[Action::DirectoryTokenRevoke];

/// Those of an organization that stand.
pub async fn list_directory_tokens(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
) -> Result<Page<DirectoryToken>> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::DirectoryTokenRead, &resource, &Facts::default())?;
    let all = store::list(tx.conn(), None, Some(organization)).await?;
    tx.done().await?;
    Ok(Page::whole(all.into_iter().map(|token| dressed(app, caller, token)).collect()))
}

/// A new one, shown once.
pub async fn create_directory_token(
    app: &App,
    caller: &Caller,
    new: CreateDirectoryToken,
) -> Result<CreatedDirectoryToken> {
    let new = new.checked()?;
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let permit = app.may(caller, Action::DirectoryTokenCreate, &resource, &Facts::default())?;
    // Two at once wait for each other here.
    store::lock_organization(tx.conn(), new.organization_id).await?;
    if let Some(connection) = new.connection_id
        && !store::has_connection(tx.conn(), new.organization_id, connection).await?
    {
        return Err(ApiError::not_found("connection"));
    }
    if store::list(tx.conn(), None, Some(new.organization_id)).await?.len() >= MOST {
        return Err(ApiError::conflict(
            "too_many_tokens",
            format!("There are {MOST} tokens already. Revoke one that the directory uses no more."),
        ));
    }
    let (id, token) = (DirectoryTokenId::new(&app.clock), NewToken::new(DIRECTORY)?);
    store::insert(tx.conn(), caller, id, &new, &token.hash()).await?;
    let made = find(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::DIRECTORY_TOKEN_CREATE, new.organization_id)
        .target(Target::new("directory_token", id.0, &made.name))
        .details(json!({ "connectionId": made.connection_id, "expiresAt": made.expires_at }));
    tx.commit(event).await?;
    Ok(CreatedDirectoryToken { token: token.reveal()?, directory_token: dressed(app, caller, made) })
}

/// Ends one, and whatever the directory does by it. It asks for no fresh proof: an emergency must be quick.
pub async fn revoke_directory_token(app: &App, caller: &Caller, id: DirectoryTokenId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let found = find(tx.conn(), id).await?;
    let permit = app.may(caller, Action::DirectoryTokenRevoke, &found.resource(), &Facts::default())?;
    if !store::revoke(tx.conn(), id).await? {
        return Err(ApiError::not_found("token"));
    }
    let event = Event::by(caller, &permit, &catalogue::DIRECTORY_TOKEN_REVOKE, found.organization_id)
        .target(Target::new("directory_token", id.0, found.name));
    tx.commit(event).await
}

/// Keeps that one was used just now.
pub(super) async fn note_use(app: &App, directory: &Directory) -> Result<()> {
    let mut tx = app.db.unscoped("note the use of a directory token").await?;
    store::touch(tx.conn(), directory.token_id, directory.origin.client_ip).await?;
    tx.commit_unaudited("that a token was used changes nothing; what it does is audited itself").await
}

async fn find(conn: &mut sqlx::PgConnection, id: DirectoryTokenId) -> Result<DirectoryToken> {
    let found = store::list(conn, Some(id), None).await?;
    found.into_iter().next().ok_or_else(|| ApiError::not_found("token"))
}

fn dressed(app: &App, caller: &Caller, mut token: DirectoryToken) -> DirectoryToken {
    token.scim_url = super::url(&app.config);
    let resource = token.resource();
    token.can = app.policies.can(caller, CAN, &resource, &Facts::default(), caller.asked_at);
    token
}
