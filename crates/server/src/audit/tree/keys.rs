//! The keys of checkpoints: one signs, all that ever did go on verifying. Every instance reads them from one table, and
//! always after what it is going to verify: no checkpoint is there before its key is.

use super::model::{AuditKey, AuditKeys, RotateAuditKey};
use super::{Log, store};
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::Result;
use crate::http::text;
use chrono::{DateTime, Utc};
use sallyport_secrets::SigningKey;
use serde_json::json;
use sqlx::PgConnection;
use std::sync::{Arc, PoisonError};

/// What keys of checkpoints are sealed as.
const PURPOSE: &str = "audit-checkpoint";

/// A key of checkpoints.
#[derive(Debug)]
pub(super) struct LogKey {
    pub(super) key: SigningKey,
    /// Since when it signs no more.
    pub(super) retired_at: Option<DateTime<Utc>>,
}

impl Log {
    /// The one that signs first, then the newest.
    pub(super) fn keys(&self) -> Arc<Vec<LogKey>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The public keys of checkpoints.
pub fn keys(app: &App) -> AuditKeys {
    AuditKeys {
        items: app.log.keys().iter().enumerate().map(|(at, key)| AuditKey::new(key, at == 0)).collect(),
    }
}

/// Reads the keys anew, where another instance changed them.
pub(super) async fn refresh(app: &App, conn: &mut PgConnection) -> Result<()> {
    let stored = store::keys(conn, PURPOSE).await?;
    let known = app.log.keys();
    let same = stored.len() == known.len()
        && stored.iter().zip(known.iter()).all(|(stored, known)| {
            stored.key_id == known.key.key_id() && stored.retired_at == known.retired_at
        });
    if same {
        return Ok(());
    }
    let mut keys = Vec::with_capacity(stored.len());
    for stored in stored {
        let key =
            SigningKey::from_sealed(&app.vault, PURPOSE, &stored.sealed_key).map_err(anyhow::Error::from)?;
        keys.push(LogKey { key, retired_at: stored.retired_at });
    }
    *app.log.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    Ok(())
}

/// At the start, with the times that the keys themselves do not know.
pub(crate) async fn read_keys(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("read the keys of the audit log").await?;
    refresh(app, tx.conn()).await?;
    tx.commit_unaudited("only read").await
}

/// From the next checkpoint on another key signs, on every instance.
pub async fn rotate_audit_key(app: &App, caller: &Caller, wish: &RotateAuditKey) -> Result<AuditKeys> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let permit = app.may(caller, Action::AuditKeyRotate, &Resource::own(caller), &Facts::default())?;
    let key = SigningKey::generate().map_err(anyhow::Error::from)?;
    let sealed = key.to_sealed(&app.vault, PURPOSE).map_err(anyhow::Error::from)?;
    let mut tx = app.db.unscoped("rotate the keys of the audit log, which are no tenant's").await?;
    // While nobody signs: whoever does next reads the keys after this.
    store::wait_to_lead(tx.conn()).await?;
    let before = store::keys(tx.conn(), PURPOSE).await?.into_iter().find(|key| key.retired_at.is_none());
    let (id, key_id) = (app.clock.new_id(), key.key_id());
    store::replace_key(tx.conn(), PURPOSE, (id, &key_id), &key.public_key(), &sealed).await?;
    let event = Event::by(caller, &permit, &catalogue::AUDIT_KEY_ROTATE, app.provider)
        .target(Target::new("audit_key", id, &key_id))
        .because(reason)
        .details(json!({ "keyId": key_id, "before": before.map(|key| key.key_id) }));
    tx.commit(event).await?;
    read_keys(app).await?;
    Ok(keys(app))
}
