//! A request that comes with an API token: in its owner's name, as far as its scopes reach.

use super::{scopes, store, token};
use crate::access::{Caller, Machine};
use crate::app::App;
use crate::db::TokenRow;
use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::request::Origin;
use chrono::TimeDelta;

/// A write a minute is enough to see where a token is used.
const FRESH: TimeDelta = TimeDelta::minutes(1);

/// The owner of a token, narrowed to its scopes. One answer for all that is not good: unknown, ended, its owner gone,
/// used from elsewhere.
pub(crate) async fn admit(app: &App, presented: &str, origin: &Origin) -> Result<Caller> {
    let row = find(app, presented, origin).await?.ok_or_else(ApiError::unauthenticated)?;
    let machine = Machine::new(row.api_token_id, scopes::actions(&row.scopes));
    let last_used_at = row.last_used_at;
    let id = row.api_token_id;
    let caller = Caller::by_token(row.caller, machine, origin.clone());
    if last_used_at.is_none_or(|at| caller.asked_at - at >= FRESH)
        && let Err(error) = touch(app, id, origin).await
    {
        tracing::warn!(%error, "the use of an API token could not be noted");
    }
    Ok(caller)
}

async fn find(app: &App, presented: &str, origin: &Origin) -> Result<Option<TokenRow>> {
    let Some(hash) = token::hash_of(token::API, presented) else { return Ok(None) };
    let row = app.db.load_token(&hash).await?;
    Ok(row.filter(|row| ranges::allow(&row.ip_ranges, origin.client_ip)))
}

async fn touch(app: &App, id: crate::ids::ApiTokenId, origin: &Origin) -> Result<()> {
    let mut tx = app.db.unscoped("note the use of an API token").await?;
    store::touch(tx.conn(), id, origin.client_ip).await?;
    tx.commit_unaudited("that a token was used changes nothing; what it does is audited itself").await
}
