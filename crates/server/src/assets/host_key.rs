//! Host keys: a machine shows one, a person compares it, and from then on nothing else will do. A changed key is
//! never taken silently.

use super::model::{Asset, ConfirmHostKey, ScannedHostKey};
use super::store::{self, Endpoint};
use crate::access::{Action, Caller, Facts, Permit};
use crate::app::App;
use crate::audit::{Event, Outcome, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::AssetId;
use crate::targets::{self, DialError};
use axum::http::StatusCode;
use sallyport_relay_ssh::{HostKey, scan_host_key as scan};

/// Asks the machine for its host key and says whether it is the confirmed one.
pub async fn scan_host_key(app: &App, caller: &Caller, id: AssetId) -> Result<ScannedHostKey> {
    let (asset, endpoint, permit) = look(app, caller, id, Action::HostKeyScan).await?;
    let met = meet(app, &endpoint).await;
    let mut events = vec![event_of(caller, &permit, &asset, &met)];
    let matches_pinned = met.as_ref().ok().and_then(|key| matches(&endpoint, key));
    if let (Ok(key), Some(false)) = (&met, matches_pinned) {
        events.push(super::event(caller, &permit, &catalogue::HOST_KEY_CHANGED, &asset).details(
            serde_json::json!({
                "fingerprint": key.fingerprint, "confirmedFingerprint": endpoint.host_key_fingerprint,
            }),
        ));
    }
    app.db.write(caller).await?.commit_all(events).await?;
    let key = met?;
    Ok(ScannedHostKey { algorithm: key.algorithm, fingerprint: key.fingerprint, matches_pinned })
}

/// Asks the machine again and pins its key, if that is the one that the person saw and compared.
pub async fn confirm_host_key(
    app: &App,
    caller: &Caller,
    id: AssetId,
    seen: ConfirmHostKey,
) -> Result<Asset> {
    seen.check()?;
    let (asset, endpoint, permit) = look(app, caller, id, Action::HostKeyConfirm).await?;
    let key = meet(app, &endpoint).await?;
    if key.fingerprint != seen.fingerprint {
        return Err(ApiError::conflict(
            "host_key_differs",
            format!(
                "The machine shows another key now ({}) than the one you confirmed. Nothing was kept. Find out \
                 why before you go on.",
                key.fingerprint
            ),
        )
        .detail("fingerprint", key.fingerprint));
    }
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    // Nobody may have led the name elsewhere while the machine was asked.
    if super::endpoint(tx.conn(), id).await? != endpoint {
        return Err(ApiError::stale());
    }
    store::pin_host_key(tx.conn(), id, &key.openssh, &key.fingerprint, caller).await?;
    let event =
        super::event(caller, &permit, &catalogue::HOST_KEY_CONFIRM, &asset).details(serde_json::json!({
            "algorithm": key.algorithm, "fingerprint": key.fingerprint,
            "confirmedFingerprintBefore": endpoint.host_key_fingerprint,
        }));
    tx.commit(event).await?;
    super::load(app, caller, id).await
}

/// Forgets the confirmed key: no session opens until a person confirms one again.
pub async fn delete_host_key(app: &App, caller: &Caller, id: AssetId) -> Result<Asset> {
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let asset = super::get(tx.conn(), id).await?;
    caller.asks_about(super::target(&asset));
    let permit = app.may(caller, Action::HostKeyConfirm, &asset.resource(), &Facts::default())?;
    let Some(host_key) = &asset.host_key else {
        return Err(ApiError::not_found("confirmed host key"));
    };
    store::forget_host_key(tx.conn(), id).await?;
    let event = super::event(caller, &permit, &catalogue::HOST_KEY_DELETE, &asset)
        .details(serde_json::json!({ "fingerprint": host_key.fingerprint }));
    tx.commit(event).await?;
    super::load(app, caller, id).await
}

/// The machine and where it is, for who may do `action`. The transaction is over before the network is asked.
async fn look(app: &App, caller: &Caller, id: AssetId, action: Action) -> Result<(Asset, Endpoint, Permit)> {
    let mut tx = app.db.read(caller).await?;
    let asset = super::get(tx.conn(), id).await?;
    caller.asks_about(super::target(&asset));
    let permit = app.may(caller, action, &asset.resource(), &Facts::default())?;
    let endpoint = super::endpoint(tx.conn(), id).await?;
    tx.done().await?;
    Ok((asset, endpoint, permit))
}

/// The key that the machine shows now.
async fn meet(app: &App, endpoint: &Endpoint) -> Result<HostKey> {
    let stream = targets::dial(&app.config, &endpoint.address, endpoint.port).await?;
    let key = scan(stream).await;
    key.map_err(|error| ApiError::new(StatusCode::BAD_GATEWAY, error.code(), error.to_string()))
}

impl From<DialError> for ApiError {
    fn from(error: DialError) -> Self {
        // What we refuse is the caller's to change; what the network refuses is beyond this gate.
        let status = match error {
            DialError::Refused { .. } => StatusCode::CONFLICT,
            _ => StatusCode::BAD_GATEWAY,
        };
        Self::new(status, error.code(), error.to_string())
    }
}

fn matches(endpoint: &Endpoint, key: &HostKey) -> Option<bool> {
    endpoint.host_key_fingerprint.as_ref().map(|pinned| *pinned == key.fingerprint)
}

fn event_of(caller: &Caller, permit: &Permit, asset: &Asset, met: &Result<HostKey>) -> Event {
    let event = super::event(caller, permit, &catalogue::HOST_KEY_SCAN, asset);
    match met {
        Ok(key) => event.details(serde_json::json!({ "fingerprint": key.fingerprint })),
        Err(error) => event.outcome(Outcome::Failed).because(error.code),
    }
}
