//! The keys of access tokens: made sealed, published before they sign, rotated by age or by hand, wiped when their
//! last token is dead. All instances go by one table; each change of it is one instance's, under a lock.

pub mod http;
mod model;
pub(super) mod ring;
mod store;

pub use model::{Jwk, Jwks, KeyState, RevokeTokenKey, TokenKey};
pub use ring::Ring;

use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::clock::Clock;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::TokenKeyId;
use anyhow::Context as _;
use sallyport_secrets::{SigningKey, Vault};
use sqlx::PgConnection;
use std::sync::Arc;
use std::time::Duration;
use store::Standing;

/// What a private half is sealed as.
const PURPOSE: &str = "access-token";
/// How often each instance looks at the ring.
const READ: Duration = Duration::from_secs(5);

/// What everybody may know.
pub fn jwks(app: &App) -> Jwks {
    Jwks::of(&app.tokens.ring())
}

/// Before an instance serves: the ring, made where there is none, so that one key signs and one is next.
pub(crate) async fn open(conn: &mut PgConnection, vault: &Vault, clock: &Clock) -> anyhow::Result<Ring> {
    store::lock(conn).await?;
    complete(conn, vault, clock).await?;
    ring_of(vault, &store::standing(conn).await?)
}

/// Runs for as long as the platform does: reads what others changed, and does what is due.
pub async fn keep(app: Arc<App>) {
    loop {
        tokio::time::sleep(READ).await;
        if let Err(error) = read(&app).await {
            tracing::warn!(%error, "the ring of token keys could not be read");
        } else if let Err(error) = tend(&app).await {
            tracing::warn!(%error, "the ring of token keys waits for its care");
        }
    }
}

/// Reads the ring anew.
pub(crate) async fn read(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("read the ring of token keys").await?;
    let standing = store::standing(tx.conn()).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    app.tokens.replace(ring_of(&app.vault, &standing)?);
    Ok(())
}

/// Rotates a key that is too old and wipes what signs no more. Of many instances that find it due, one does it.
async fn tend(app: &App) -> Result<()> {
    let days = i32::from(app.config.auth.key_rotation_days.get());
    let mut tx = app.db.unscoped("see whether a token key is due").await?;
    if !store::is_due(tx.conn(), days).await? {
        return tx.commit_unaudited("only read").await;
    }
    store::lock(tx.conn()).await?;
    let mut events = Vec::new();
    let next = next_of(&store::standing(tx.conn()).await?).filter(|(_, published)| *published);
    if let Some((next, _)) = next
        && store::is_old(tx.conn(), days).await?
    {
        turn(tx.conn(), &next).await?;
        events.push(rotated(
            &Event::by_platform(&catalogue::TOKEN_KEY_ROTATE, Outcome::Success, app.provider),
            &next,
        ));
    }
    complete(tx.conn(), &app.vault, &app.clock).await?;
    for (id, kid) in store::wipe(tx.conn()).await? {
        let event = Event::by_platform(&catalogue::TOKEN_KEY_WIPE, Outcome::Success, app.provider);
        events.push(event.target(Target::new("token_key", id.0, kid)));
    }
    tx.commit_all(events).await?;
    read(app).await
}

/// Every key there ever was.
pub async fn list_token_keys(app: &App, caller: &Caller, window: Window) -> Result<Page<TokenKey>> {
    app.may(caller, Action::TokenKeyRead, &Resource::own(caller), &Facts::default())?;
    let mut tx = app.db.unscoped("list the token keys, which are no tenant's").await?;
    let page = read_page!(window, |at| store::list(tx.conn(), at).await?);
    tx.commit_unaudited("only read").await?;
    Ok(page)
}

/// The next key signs from now on.
pub async fn rotate_token_key(app: &App, caller: &Caller) -> Result<()> {
    let permit = app.may(caller, Action::TokenKeyRotate, &Resource::own(caller), &Facts::default())?;
    let mut tx = app.db.unscoped("rotate the token keys, which are no tenant's").await?;
    store::lock(tx.conn()).await?;
    let Some((next, true)) = next_of(&store::standing(tx.conn()).await?) else {
        return Err(ApiError::conflict(
            "key_not_published_yet",
            "The next key was published less than five minutes ago, and not everybody knows it yet. Wait until then, \
             or revoke the key that signs if it must not sign any longer.",
        ));
    };
    turn(tx.conn(), &next).await?;
    complete(tx.conn(), &app.vault, &app.clock).await?;
    tx.commit(rotated(&Event::by(caller, &permit, &catalogue::TOKEN_KEY_ROTATE, app.provider), &next))
        .await?;
    read(app).await
}

/// Ends at once what a key signed.
pub async fn revoke_token_key(
    app: &App,
    caller: &Caller,
    id: TokenKeyId,
    wish: RevokeTokenKey,
) -> Result<()> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let permit = app.may(caller, Action::TokenKeyRevoke, &Resource::own(caller), &Facts::default())?;
    let mut tx = app.db.unscoped("revoke a token key, which is no tenant's").await?;
    store::lock(tx.conn()).await?;
    let kid = store::revoke(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("key that stands"))?;
    complete(tx.conn(), &app.vault, &app.clock).await?;
    let event = Event::by(caller, &permit, &catalogue::TOKEN_KEY_REVOKE, app.provider)
        .target(Target::new("token_key", id.0, kid))
        .because(reason);
    tx.commit(event).await?;
    read(app).await
}

/// A key's id and name.
type Named = (TokenKeyId, String);

/// The key that is next, and whether it is published for long enough.
fn next_of(standing: &[Standing]) -> Option<(Named, bool)> {
    let next = standing.iter().find(|key| key.state == KeyState::Next)?;
    Some(((next.id, next.kid.clone()), next.published))
}

fn rotated(event: &Event, (id, kid): &Named) -> Event {
    event.clone().target(Target::new("token_key", id.0, kid))
}

async fn turn(conn: &mut PgConnection, (next, _): &Named) -> Result<()> {
    store::retire(conn).await?;
    store::activate(conn, *next).await
}

/// Makes what is missing: one that signs, one that is next. Without one that signs (at the first start, after a
/// revocation) the next does, however new it is: a ring must not stand still.
async fn complete(conn: &mut PgConnection, vault: &Vault, clock: &Clock) -> Result<()> {
    let standing = store::standing(conn).await?;
    let mut next = next_of(&standing).map(|((id, _), _)| id);
    if !standing.iter().any(|key| key.state == KeyState::Active) {
        let first = match next.take() {
            Some(next) => next,
            None => make(conn, vault, clock).await?,
        };
        store::activate(conn, first).await?;
    }
    if next.is_none() {
        make(conn, vault, clock).await?;
    }
    Ok(())
}

async fn make(conn: &mut PgConnection, vault: &Vault, clock: &Clock) -> Result<TokenKeyId> {
    let key = SigningKey::generate().map_err(anyhow::Error::from)?;
    let sealed = key.to_sealed(vault, PURPOSE).map_err(anyhow::Error::from)?;
    let id = TokenKeyId::new(clock);
    store::insert(conn, id, &key.key_id(), &key.public_key(), &sealed).await?;
    Ok(id)
}

fn ring_of(vault: &Vault, standing: &[Standing]) -> anyhow::Result<Ring> {
    let active = standing.iter().find(|key| key.state == KeyState::Active).context("no token key signs")?;
    let sealed = active.sealed_key.as_deref().context("the token key that signs is wiped")?;
    let signing = SigningKey::from_sealed(vault, PURPOSE, sealed).context(
        "the access-token key does not open; is this the root key that the database was made with?",
    )?;
    let others = standing.iter().filter(|key| key.id != active.id);
    let others: Result<Vec<[u8; 32]>, _> =
        others.map(|key| <[u8; 32]>::try_from(key.public_key.as_slice())).collect();
    Ok(Ring::new(signing, others.context("a public token key is not 32 bytes")?))
}
