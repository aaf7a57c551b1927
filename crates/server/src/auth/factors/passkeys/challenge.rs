//! Challenges: what a passkey signs, so that its answer is to us, now, and in this browser. Nothing is kept of one
//! until it is used: the browser holds its id under our seal, and the challenge follows from that by a key.

use super::store;
use crate::app::App;
use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// After that it is over.
pub(super) const LIFE: TimeDelta = TimeDelta::minutes(5);
const ID_BYTES: usize = 16;

/// A challenge for a browser.
pub(super) struct Issued {
    /// For its cookie.
    pub(super) held: String,
    /// For the passkey to sign.
    pub(super) challenge: String,
}

/// A new one.
pub(super) fn issue(app: &App) -> Issued {
    let id = app.clock.new_id();
    let held = [id.as_bytes().as_slice(), &app.csrf_key.sign(&message("held", id))].concat();
    Issued { held: URL_SAFE_NO_PAD.encode(held), challenge: of(app, id) }
}

/// The challenge that this browser holds, used up by this: none when it holds none of ours, or one that was used
/// before, by whatever instance, or one that is over.
pub(super) async fn spend(app: &App, held: Option<&str>) -> Result<Option<String>> {
    let Some((id, made_at)) = held.and_then(|held| open(app, held)) else { return Ok(None) };
    let mut tx = app.db.unscoped("use the challenge of a passkey up").await?;
    let spent = store::spend(tx.conn(), id, made_at, LIFE).await?;
    tx.commit_unaudited("a challenge is used up; what it was used for is audited itself").await?;
    Ok(spent.then(|| of(app, id)))
}

fn open(app: &App, held: &str) -> Option<(Uuid, DateTime<Utc>)> {
    let held = URL_SAFE_NO_PAD.decode(held).ok()?;
    let (id, tag) = held.split_at_checked(ID_BYTES)?;
    let id = Uuid::from_slice(id).ok()?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    let made_at = DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)?;
    app.csrf_key.holds(&message("held", id), tag).then_some((id, made_at))
}

fn of(app: &App, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(app.csrf_key.sign(&message("challenge", id)))
}

/// Longer than a session's id, which the same key signs, and begins unlike the proof of a known device.
fn message(what: &str, id: Uuid) -> Vec<u8> {
    [b"passkey ", what.as_bytes(), b" ", id.as_bytes()].concat()
}
